from tui.environment import prepare_environment


def test_over_ssh_the_line_is_spared_and_what_is_set_stays() -> None:
    environ = {"SSH_CONNECTION": "192.0.2.1 50000 192.0.2.2 22", "TEXTUAL_FPS": "10"}
    prepare_environment(environ)
    assert environ["TEXTUAL_DISABLE_KITTY_KEY"] == "1"
    assert environ["TEXTUAL_ANIMATIONS"] == "none"
    assert environ["TEXTUAL_FPS"] == "10"


def test_at_the_machine_itself_nothing_is_set() -> None:
    environ: dict[str, str] = {"TERM": "xterm-256color"}
    prepare_environment(environ)
    assert environ == {"TERM": "xterm-256color"}
