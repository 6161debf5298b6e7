"""What the private Active Directory is told: smb.conf(5), and the rights of the two accounts.

The rights are SDDL of MS-DTYP 2.5.1, as ``samba-tool dsacl set --sddl`` takes it;
docs/directory.md has the same for Windows. Classes and the right to reset a password are named
by their GUIDs (MS-ADSC, MS-ADTS 5.1.3.2.1).
"""

CONFIG = """\
[global]
netbios name = DC1
realm = {realm}
workgroup = {workgroup}
server role = active directory domain controller
server services = ldap
interfaces = {address}/8
bind interfaces only = yes
private dir = {folder}/private
state directory = {folder}/state
cache directory = {folder}/cache
lock directory = {folder}/lock
binddns dir = {folder}/bind-dns
pid directory = {folder}/run
ncalrpc dir = {folder}/ncalrpc
winbindd socket directory = {folder}/winbindd
ntp signd socket directory = {folder}/ntp
logging = file
log file = {folder}/log/%m.log
log level = 1
ldb:nosync = true
dns update command = /bin/true
spn update command = /bin/true
tls enabled = yes
tls keyfile = {folder}/server.key
tls certfile = {folder}/server.pem
tls cafile = {folder}/ca.pem
panic action =

[sysvol]
path = {folder}/state/sysvol
read only = no

[netlogon]
path = {folder}/state/sysvol/scripts
read only = no
"""
# nosync: lab data need not survive a power cut, and a write takes a third of the time.
# "/8" makes samba take a loopback address for an interface; without it nothing listens.

FOLDERS = (
    "private", "state", "cache", "lock", "bind-dns", "run", "ncalrpc", "winbindd", "ntp", "log",
)  # fmt: skip

_UNIT = "bf967aa5-0de6-11d0-a285-00aa003049e2"
_USER = "bf967aba-0de6-11d0-a285-00aa003049e2"
_GROUP = "bf967a9c-0de6-11d0-a285-00aa003049e2"
_RESET_PASSWORD = "00299570-246d-11d0-a768-00aa006e0529"  # noqa: S105  # a right's GUID


def sync_rights(sid: str) -> str:
    """The writing account: make units; make and delete users and groups; write what is in all
    three; set passwords. On our unit and everything below it, and nowhere else.
    """
    return "".join(
        (
            f"(A;CI;RPLCLORC;;;{sid})",
            f"(OA;CI;CC;{_UNIT};;{sid})",
            f"(OA;CI;CCDC;{_USER};;{sid})",
            f"(OA;CI;CCDC;{_GROUP};;{sid})",
            *(f"(OA;CIIO;RPWP;;{one};{sid})" for one in (_UNIT, _USER, _GROUP)),
            f"(OA;CIIO;CR;{_RESET_PASSWORD};{_USER};{sid})",
        )
    )


def reader_rights(sid: str) -> str:
    """The planning account: read our unit and everything below it."""
    return f"(A;CI;RPLCLORC;;;{sid})"
