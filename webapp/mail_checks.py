"""Whether the mail of an association will arrive: the server answers, SPF names it, DKIM is published. RFC 7208, 6376.

Only what the DNS says is said. Where the DNS or the server cannot be reached, the answer is “not checked”.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

import dns.exception
import dns.resolver

__all__ = ["Check", "check_dns", "check_server"]

State = Literal["ok", "wrong", "not checked"]
SECONDS: Final = 5.0


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    what: str
    state: State
    said: str


def check_dns(domain: str, selector: str, resolver: dns.resolver.Resolver | None = None) -> Iterator[Check]:
    """SPF of the domain, the DKIM key of this selector ("" where the mail server has none), and DMARC."""
    asked = resolver or _resolver()
    if asked is None:
        yield Check("DNS", "not checked", "this machine has no resolver")
        return
    yield _of_text("SPF", asked, domain, "v=spf1", "receivers cannot tell who may send for this domain")
    if selector:
        name = f"{selector}._domainkey.{domain}"
        yield _of_text("DKIM", asked, name, "p=", "the signature of the mail server cannot be verified")
    else:
        yield Check(
            "DKIM", "not checked", "no selector was named (--dkim-selector); the mail server signs, not Amicale"
        )
    yield _of_text("DMARC", asked, f"_dmarc.{domain}", "v=DMARC1", "large providers ask for it")


def _resolver() -> dns.resolver.Resolver | None:
    try:
        made = dns.resolver.Resolver()
    except dns.resolver.NoResolverConfiguration:
        return None
    made.lifetime = SECONDS
    return made


def _of_text(what: str, resolver: dns.resolver.Resolver, name: str, mark: str, why: str) -> Check:
    try:
        rows = resolver.resolve(name, "TXT")
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return Check(what, "wrong", f"{name} has no such record: {why}")
    except (dns.exception.DNSException, OSError) as error:
        return Check(what, "not checked", f"the DNS did not answer for {name} ({type(error).__name__})")
    texts = [b"".join(row.strings).decode("ascii", "replace") for row in rows]
    found = [text for text in texts if mark in text]
    if not found:
        return Check(what, "wrong", f"{name} has no such record: {why}")
    if what == "SPF" and len(found) > 1:
        return Check(what, "wrong", f"{name} has {len(found)} SPF records: receivers take that for an error")
    return Check(what, "ok", found[0][:160])


def check_server(host: str, port: int, security: str, user: str, password: str) -> Check:
    """Connects, secures the connection, signs in; sends nothing."""
    context = ssl.create_default_context()
    try:
        server: smtplib.SMTP
        if security == "tls":
            server = smtplib.SMTP_SSL(host, port, timeout=SECONDS, context=context)
        else:
            server = smtplib.SMTP(host, port, timeout=SECONDS)
        with server:
            if security == "starttls":
                server.starttls(context=context)
            if user:
                server.login(user, password)
            server.noop()
    except smtplib.SMTPAuthenticationError:
        return Check("SMTP", "wrong", f"{host} does not accept the name and the password")
    except smtplib.SMTPException as error:
        return Check("SMTP", "wrong", f"{host}:{port} answers, but not as asked ({type(error).__name__})")
    except ssl.SSLError as error:
        return Check("SMTP", "wrong", f"{host}:{port} has no certificate that this machine trusts ({error.reason})")
    except OSError as error:
        return Check("SMTP", "not checked", f"{host}:{port} cannot be reached ({type(error).__name__})")
    return Check("SMTP", "ok", f"{host}:{port} answers")
