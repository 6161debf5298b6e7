"""The demo and the practice lab, each as a process of its own."""
