"""Whether an act on a page may cost money, by the words on what it is aimed at.

A tripwire: a page that calls its button by another name is not noticed by it.
"""

from __future__ import annotations

import re

from sessions_app.computers.results import Aim

_WORDS = re.compile(
    r"""\b(
        buy | purchase | pay | payment | check\s?out | proceed\s+to\s+(payment|checkout) | order
        | place\s+(your\s+|my\s+|the\s+)?(order|bid) | book | reserve | subscribe | donate | tip | upgrade
        | renew | start\s+(your\s+|my\s+)?(free\s+)?trial | top\s?up | add\s+(funds|credits?) | rent | bid
        | invest
        | (jetzt\s+)?kaufen | (zahlungspflichtig\s+)?bestellen | bezahlen | buchen | abonnieren | spenden
        | acheter | payer | commander | réserver | s['’]abonner
        | comprar | pagar | reservar | suscribirse | acquista | ordina | paga | kopen | betalen | bestel
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)


def may_cost(aim: Aim) -> bool:
    return aim.payment or _WORDS.search(aim.words) is not None
