"""What the private OpenLDAP is told: slapd.conf(5) and its first entries.

The access rules are those of a careful directory: the sync account writes only below
``ou=schools``, everybody else who is logged in reads, passwords are read by nobody. Overlays:
slapo-memberof(5), slapo-refint(5), slapo-unique(5), slapo-ppolicy(5), slapo-syncprov(5),
slapo-accesslog(5). The administrator is also the owner of ``cn=config`` and of the access log.
"""

CONFIG = """\
{schemas}
pidfile slapd.pid
modulepath {modules}
moduleload back_mdb
moduleload memberof
moduleload refint
moduleload ppolicy
moduleload unique
moduleload syncprov
moduleload accesslog
TLSCACertificateFile ca.pem
TLSCertificateFile server.pem
TLSCertificateKeyFile server.key
TLSProtocolMin 3.3
security simple_bind=128
sizelimit size.soft=50 size.hard=50 size.unchecked=unlimited
password-hash {{SSHA}}

database config
rootdn "{admin}"

database mdb
suffix cn=accesslog
directory accesslog
maxsize {max_bytes}
rootdn "{admin}"
dbnosync
index reqStart,reqEnd,reqResult,objectClass eq
access to * by * none

database mdb
suffix "{base}"
directory db
maxsize {max_bytes}
rootdn "{admin}"
rootpw {admin_hash}
dbnosync
index objectClass,uid,cn,mail,employeeNumber,member,memberOf,entryUUID,entryCSN eq
limits dn.exact="{sync}" size.soft=50 size.hard=50 size.pr=100 size.prtotal=unlimited
limits dn.exact="{reader}" size.soft=50 size.hard=50 size.pr=100 size.prtotal=unlimited
access to dn.subtree="ou=schools,{base}" attrs=userPassword
  by dn.exact="{sync}" write by self =xw by anonymous auth by * none
access to attrs=userPassword by self =xw by anonymous auth by * none
access to dn.subtree="ou=schools,{base}" by dn.exact="{sync}" write by users read by * none
access to dn.subtree="ou=services,{base}" by self read by * none
access to * by users read by * none
overlay memberof
memberof-group-oc groupOfNames
memberof-member-ad member
memberof-memberof-ad memberOf
overlay refint
refint_attributes member memberOf
refint_nothing "cn=nobody,{base}"
overlay unique
unique_uri ldap:///{base}?uid?sub
unique_uri ldap:///{base}?mail?sub
overlay ppolicy
ppolicy_default "cn=default,ou=policies,{base}"
ppolicy_use_lockout
overlay syncprov
syncprov-checkpoint 100 10
overlay accesslog
logdb cn=accesslog
logops writes
logsuccess FALSE
"""
# Paths are relative: slapd runs in its folder, whatever signs the folder's name has.
# TLSProtocolMin 3.3 is TLS 1.2.
# dbnosync: lab data need not survive a power cut, and every commit is faster.
# logsuccess FALSE: refused operations are logged too, so that a test can count every attempt.

SEED = """\
dn: {base}
objectClass: dcObject
objectClass: organization
dc: {dc}
o: Sample city

dn: ou=schools,{base}
objectClass: organizationalUnit
ou: schools

dn: ou=services,{base}
objectClass: organizationalUnit
ou: services

dn: ou=policies,{base}
objectClass: organizationalUnit
ou: policies

dn: cn=default,ou=policies,{base}
objectClass: pwdPolicy
objectClass: device
cn: default
pwdAttribute: userPassword
pwdMinLength: 8
pwdCheckQuality: 1
pwdMaxFailure: 3
pwdLockout: TRUE
pwdLockoutDuration: 60

dn: {sync}
objectClass: applicationProcess
objectClass: simpleSecurityObject
cn: sync
userPassword: {sync_hash}

dn: {reader}
objectClass: applicationProcess
objectClass: simpleSecurityObject
cn: reader
userPassword: {reader_hash}
"""
