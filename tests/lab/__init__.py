"""The lab itself: what it promises to the other tests and to the demo."""
