# Set-up shared by the scripts of this folder. Sourced, after `usage` is defined.
#
# Takes --help and --yes out of the arguments of the script and leaves the others in "$@".
# Goes to the project folder; paths in arguments are relative to it.
# Narration goes to standard error. Lists of packages are words in one string.
# shellcheck shell=sh disable=SC2086

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
cd -- "$root" || exit 1
python=.venv/bin/python
policy=/usr/sbin/policy-rc.d
policy_mark='# Set by the set-up of schoolnet while packages are installed.'
agreed=${CI:-false}

# What the lab needs: its directory server, and the real switch with its hosts (root only).
# The tests also run an Active Directory (root only).
# shellcheck disable=SC2034
directory_packages='slapd ldap-utils slapd-contrib'
# shellcheck disable=SC2034
switch_packages='openvswitch-switch openssh-server iproute2 ethtool iputils-ping'
# samba and winbind come with samba-ad-dc; named here, their services are kept from starting too.
# shellcheck disable=SC2034
domain_packages='samba winbind samba-ad-dc samba-ad-provision samba-dsdb-modules samba-vfs-modules'
# What handouts are printed with: letters of Europe, and signs of East Asia.
# shellcheck disable=SC2034
font_packages='fonts-dejavu-core fonts-droid-fallback'

# A closed standard input would give its number to the next file that is opened.
(: <&0) 2>/dev/null || exec </dev/null
if [ -t 0 ]; then terminal=yes; else terminal=no; fi

for argument do
    shift
    case $argument in
    --help | -h)
        usage
        exit 0
        ;;
    --yes) agreed=true ;;
    *) set -- "$@" "$argument" ;;
    esac
done

say() { printf 'set-up: %s\n' "$*" >&2; }

fail() {
    say "$*"
    exit 1
}

is_root() { [ "$(id -u)" -eq 0 ]; }

as_root() {
    if is_root; then
        "$@"
    elif [ $terminal = yes ]; then
        sudo "$@"
    else
        sudo -n "$@" # asks for no password
    fi
}

# Print the first Python that runs and is new enough. A command may exist and not run (pyenv).
find_python() {
    for candidate in python3.13 python3.12 python3.11 python3; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    fail 'no Python 3.11 or newer is in PATH. Install one (Debian 12, Ubuntu 24.04: python3), then run this again.'
}

# Debian ships Python without the part that makes virtual environments.
venv_package() {
    if ! "$1" -c 'import ensurepip, venv' 2>/dev/null; then
        "$1" -c 'import sys; print(f"python3.{sys.version_info.minor}-venv")'
    fi
}

has_package() {
    if command -v dpkg-query >/dev/null; then
        [ "$(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
    else
        (PATH=$PATH:/usr/sbin:/sbin && command -v "$(package_command "$1")" >/dev/null)
    fi
}

# The command that shows on other systems that a package, whatever its name there, is installed.
package_command() {
    case $1 in
    slapd-contrib) echo slapd ;;
    ldap-utils) echo ldapsearch ;;
    openvswitch-switch) echo ovs-vsctl ;;
    openssh-server) echo sshd ;;
    iproute2) echo ip ;;
    iputils-ping) echo ping ;;
    samba-ad-dc | samba-dsdb-modules | samba-vfs-modules) echo samba ;;
    samba-ad-provision) echo samba-tool ;;
    winbind) echo winbindd ;;
    fonts-*) echo sh ;; # no command shows a font: schoolnet says so when it prints
    *) echo "$1" ;;
    esac
}

# Print those of the named packages that are not installed.
missing_packages() {
    for package do
        has_package "$package" || printf '%s ' "$package"
    done
}

may_install() {
    command -v apt-get >/dev/null || return 1
    is_root || command -v sudo >/dev/null || return 1
    [ "$agreed" != true ] || return 0
    say "these Debian packages are missing: $*"
    if [ $terminal = no ]; then
        say 'there is no terminal to ask on; --yes agrees beforehand.'
        return 1
    fi
    printf 'set-up: install them now? None of their services is started. [y/N] ' >&2
    read -r answer
    case $answer in [yYjJ]*) return 0 ;; *) return 1 ;; esac
}

# Debian starts the services of a package while it is installed, unless policy-rc.d says 101,
# and at every boot, unless they are disabled. A policy that is already there stays as it is.
# An own one that an ended run left behind is taken over.
install_packages() (
    if [ ! -e "$policy" ] || policy_is_ours; then
        trap 'policy_is_ours && as_root rm -f "$policy"' EXIT
        trap 'exit 130' INT
        trap 'exit 143' HUP TERM
        printf '#!/bin/sh\n%s\nexit 101\n' "$policy_mark" | as_root tee "$policy" >/dev/null || exit 1
        as_root chmod 755 "$policy" || exit 1
    fi
    say "installing $*"
    as_root apt-get --quiet update </dev/null >&2 ||
        say 'not every package list could be renewed; trying with what is known.'
    as_root env DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 \
        apt-get --quiet --yes --no-install-recommends install "$@" </dev/null >&2 || exit 1
    for package do
        disable_services "$package" >&2 || say "$package may start at the next boot; disable its service."
    done
)

policy_is_ours() { grep -qF "$policy_mark" "$policy" 2>/dev/null; }

disable_services() {
    case $1 in
    slapd | openvswitch-switch | winbind | samba-ad-dc) as_root update-rc.d "$1" disable ;;
    samba) as_root update-rc.d smbd disable && as_root update-rc.d nmbd disable ;;
    openssh-server)
        as_root update-rc.d ssh disable || return 1
        # Ubuntu listens through a socket unit, which other releases do not have.
        as_root systemctl --quiet disable ssh.socket 2>/dev/null || true
        ;;
    esac
}

# need_packages REQUIRED OPTIONAL: two lists of words. Ends the script when a required package
# is missing and may not be installed; goes on without optional ones.
need_packages() {
    required=$(missing_packages $1)
    optional=$(missing_packages $2)
    [ -n "$required$optional" ] || return 0
    if may_install $required $optional; then
        install_packages $required $optional ||
            fail "the packages were not installed. Read the lines above, or install by hand: $required$optional"
        return
    fi
    say "install by hand (on Debian, as root): apt-get install --no-install-recommends $required$optional"
    if [ -n "$required" ]; then
        fail "this cannot go on without: $required"
    fi
    say "going on without: $optional"
}

# Everything that decides what is in .venv, as one line.
wanted_state() {
    { pwd; cat pyproject.toml setup.py constraints.txt; } | sha256sum
}

pip_install() {
    "$python" -m pip install -qq --constraint constraints.txt "$@" ||
        fail 'the Python packages were not installed; pip says why above. Run this again to go on.'
}

install_project() {
    if ! "$python" -m pip --version >/dev/null 2>&1 || ! grep -qF "$root/.venv" .venv/pyvenv.cfg; then
        "$1" -m venv --clear .venv
    fi
    say 'installing Python packages into .venv (once; about a minute)'
    # Build tools first: the build then uses the pinned ones, and this pip knows --group.
    pip_install --upgrade pip setuptools babel
    pip_install --no-build-isolation --editable '.[lab]' --group dev
    wanted_state >.venv/schoolnet-state
}

compile_catalogues() {
    for source in tui/locale/*/LC_MESSAGES/*.po; do
        compiled=${source%.po}.mo
        if [ -z "$(find "$compiled" -newer "$source" 2>/dev/null)" ]; then
            "$python" -m babel.messages.frontend -q compile -i "$source" -o "$compiled"
        fi
    done
}

# set_up REQUIRED OPTIONAL: Debian packages, then Python packages. Fast when all is there.
set_up() {
    if "$python" -c '' 2>/dev/null && [ "$(cat .venv/schoolnet-state 2>/dev/null)" = "$(wanted_state)" ]; then
        need_packages "$1" "$2"
    else
        base=$(find_python) || exit 1
        need_packages "$1 $(venv_package "$base")" "$2"
        install_project "$base"
    fi
    compile_catalogues
}
