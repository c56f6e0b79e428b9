"""Makes an Active Directory domain EXAMPLE.ORG in a folder, with the people and groups that tests know.

Arguments: folder, address to listen at, administrator's password, certificate, key, authority.
"""
import sys

import samba.netcmd.domain as domain
from samba.auth import system_session
from samba.netcmd.main import cmd_sambatool
from samba.param import LoadParm
from samba.samdb import SamDB

folder, address, password, certificate, key, authority = sys.argv[1:]

# File systems in containers keep no Windows rights; nobody here mounts the domain's shares.
original = domain.provision
domain.provision = lambda *args, **named: original(*args, **{**named, "skip_sysvolacl": True})

options = {
    "interfaces": f"{address}/8",
    "bind interfaces only": "yes",
    "server services": "ldap",
    "log file": f"{folder}/log",
    "pid directory": folder,
    "tls certfile": certificate,
    "tls keyfile": key,
    "tls cafile": authority,
    "ldap server require strong auth": "allow_sasl_over_tls",
}
failed = cmd_sambatool()._run(
    "samba-tool", "domain", "provision", "--realm=EXAMPLE.ORG", "--domain=EXAMPLE", "--server-role=dc",
    "--dns-backend=NONE", "--host-name=dc1", f"--host-ip={address}", f"--adminpass={password}", f"--targetdir={folder}",
    *(f"--option={name}={value}" for name, value in options.items()))
if failed:
    sys.exit(failed)

settings = LoadParm()
settings.load(f"{folder}/etc/smb.conf")
directory = SamDB(url=f"{folder}/private/sam.ldb", session_info=system_session(), lp=settings)
for name, given, last in [
    ("ann", "Ann", "Archer"), ("bob", "Bob", "Baker"), ("disabled", "Dis", "Abled"), ("expired", "Ex", "Pired"),
    ("locked", "Loc", "Ked"), ("service", "Ser", "Vice"),
]:
    directory.newuser(name, f"{name}'s Passw0rd", givenname=given, surname=last)
for group in ("devs", "staff", "everybody"):
    directory.newgroup(group)
directory.add_remove_group_members("devs", ["ann"], add_members_operation=True)
directory.add_remove_group_members("staff", ["devs"], add_members_operation=True)
directory.add_remove_group_members("everybody", ["staff"], add_members_operation=True)
# So many wrong passwords lock an account, and no test guesses as many unless that is what it is about.
directory.modify_ldif(f"dn: {directory.domain_dn()}\nchangetype: modify\nreplace: lockoutThreshold\nlockoutThreshold: 8\n")
directory.disable_account("(sAMAccountName=disabled)")
directory.force_password_change_at_next_login("(sAMAccountName=expired)")
