"""Commands of the user and the privileged mode that are no ``show``.

Dialogues follow Cisco's "Configuration Fundamentals" and "Managing Configuration Files" guides.
"""

from provisioning.lab.ios.grammar import Call
from provisioning.lab.ios.seed import FaultKind
from provisioning.lab.ios.shell import Handler, Shell
from provisioning.lab.ios.terminal import CTRL_C

_ATTEMPTS = 3


async def enable(shell: Shell, _call: Call) -> str:
    """Ask for the enable secret, three times."""
    if shell.mode == "enable":
        return ""
    secret = shell.switch.seed.enable_secret.get_secret_value()
    for _attempt in range(_ATTEMPTS):
        given = await shell.ask("Password: ", secret=True)
        if given == CTRL_C:
            return ""
        right = given == secret and not shell.switch.has_fault(FaultKind.WRONG_ENABLE)
        shell.switch.log.write(
            "auth", session=shell.id, user=shell.user, method="enable",
            password_received=bool(given), accepted=right,
        )  # fmt: skip
        if right:
            shell.enter("enable")
            return ""
    return "% Bad secrets\n"


async def disable(shell: Shell, _call: Call) -> str:
    """Back to the user mode."""
    shell.enter("exec")
    return ""


async def leave(shell: Shell, _call: Call) -> str:
    """End the session."""
    shell.leaving = True
    return ""


async def configure(shell: Shell, _call: Call) -> str:
    """Into the global configuration mode."""
    shell.enter("config")
    return "Enter configuration commands, one per line.  End with CNTL/Z."


async def configure_with_revert(shell: Shell, call: Call) -> str:
    """Into the configuration mode; without ``configure confirm`` in time it all comes back."""
    switch = shell.switch
    if not switch.archive_path:
        return "%Turn config archive on before using Rollback Confirmed Change"
    if switch.revert.running:
        return "%Rollback Confirmed Change already pending"
    switch.arm_revert(int(call.values[0]))
    shell.enter("config")
    return (
        f"Rollback Confirmed Change: Backing up current running config to {switch.archives[-1]}\n\n"
        "Enter configuration commands, one per line.  End with CNTL/Z."
    )


async def confirm(shell: Shell, _call: Call) -> str:
    """Keep the changes made since the revert timer was armed."""
    if not shell.switch.revert.running:
        return "%No Rollback Confirmed Change pending"
    shell.switch.confirm_revert()
    return ""


async def revert_now(shell: Shell, _call: Call) -> str:
    """Give up the changes made since the revert timer was armed."""
    if not shell.switch.revert.running:
        return "%No Rollback Confirmed Change pending"
    shell.switch.revert_now()
    return f"Rollback Confirmed Change: rolling to: {shell.switch.archives[-1]}\n\nRollback Done"


async def revert_timer(shell: Shell, call: Call) -> str:
    """Count anew with another number of minutes."""
    if not shell.switch.revert.running:
        return "%No Rollback Confirmed Change pending"
    shell.switch.revert.start(int(call.values[0]))
    return ""


async def archive_config(shell: Shell, _call: Call) -> str:
    """Archive the running configuration."""
    if not shell.switch.archive_path:
        return "Archive feature not enabled"
    shell.switch.archive()
    return ""


async def write_memory(shell: Shell, _call: Call) -> str:
    """Save the running configuration."""
    shell.switch.save()
    return "Building configuration...\n[OK]"


async def copy_running_startup(shell: Shell, call: Call) -> str:
    """Save the running configuration, after asking for the name of the file."""
    name = await shell.ask("Destination filename [startup-config]? ")
    if name.strip() not in ("", "startup-config"):
        return f"%Error opening {name.strip()} (Permission denied)"
    return await write_memory(shell, call)


async def reload(shell: Shell, _call: Call) -> str:
    """Start again at once."""
    if not await _agreed_to_reload(shell, ""):
        return ""
    shell.switch.reload()
    return ""


async def reload_in(shell: Shell, call: Call) -> str:
    """Start again in some minutes."""
    minutes = int(call.values[0])
    plural = "" if minutes == 1 else "s"
    notice = (
        f"Reload scheduled in {minutes} minute{plural} by {shell.user} on vty{shell.id % 16}\n"
        "Reload reason: Reload Command\n"
    )
    if await _agreed_to_reload(shell, notice):
        shell.switch.reload_timer.start(minutes)
        shell.switch.log.write("reload", event="armed")
    return ""


async def _agreed_to_reload(shell: Shell, notice: str) -> bool:
    if shell.switch.changed_since_save:
        saving = await _asked_to_save(shell)
        if saving is None:
            return False
        if saving:
            shell.switch.save()
            await shell.terminal.write("Building configuration...\n[OK]\n")
    await shell.terminal.write(notice)
    answer = await shell.ask("Proceed with reload? [confirm]")
    return answer.strip().lower() in ("", "y", "yes")


async def _asked_to_save(shell: Shell) -> bool | None:
    """IOS asks until it hears yes or no; None: the question was left with Ctrl+C."""
    while True:
        answer = await shell.ask("\nSystem configuration has been modified. Save? [yes/no]: ")
        match answer.strip().lower():
            case "y" | "yes":
                return True
            case "n" | "no":
                return False
            case "\x03" | "":
                return None
        await shell.terminal.write("% Please answer 'yes' or 'no'.\n")


async def reload_cancel(shell: Shell, _call: Call) -> str:
    """Do not start again."""
    if not shell.switch.reload_timer.running:
        return "%No reload is scheduled."
    shell.switch.reload_timer.stop()
    shell.switch.log.write("reload", event="cancelled")
    return "\n\n***\n*** --- SHUTDOWN ABORTED ---\n***\n"


async def terminal_length(shell: Shell, call: Call) -> str:
    """How many lines a page has; 0: no paging."""
    shell.terminal.length = int(call.values[0])
    return ""


async def terminal_width(shell: Shell, call: Call) -> str:
    """How many characters a line has; 0: no limit."""
    shell.terminal.width = int(call.values[0])
    return ""


USER: dict[str, Handler] = {
    "enable": enable,
    "exit": leave,
    "logout": leave,
    "quit": leave,
    "terminal length <number>": terminal_length,
    "terminal width <number>": terminal_width,
}

PRIVILEGED: dict[str, Handler] = {
    **USER,
    "archive config": archive_config,
    "configure confirm": confirm,
    "configure revert now": revert_now,
    "configure revert timer <minutes>": revert_timer,
    "configure terminal": configure,
    "configure terminal revert timer <minutes>": configure_with_revert,
    "copy running-config startup-config": copy_running_startup,
    "disable": disable,
    "reload": reload,
    "reload cancel": reload_cancel,
    "reload in <minutes>": reload_in,
    "write": write_memory,
    "write memory": write_memory,
}
