"""Calendar programs' view of the schedule: facts, `now`, issuer and base URL in, bytes out.

The only floor that knows icalendar (RFC 5545, RFC 7986). Pure, like the domain below it: no clock,
no input or output but pytz's own zone files. What the public may see is asked of
`domain.lifecycle`, how dates read of `domain.wording`. The same facts at the same phase give the
same bytes, in every process; a vendor's link is in none of them.

`feeds` says which events are in a calendar and when its bytes change next, `entries` writes one
VEVENT, `descriptions` its prose, `vtimezone` the zone rules in front of them.
"""
