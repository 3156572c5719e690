"""The policy that an installation begins with. What it says, the software does.

A company that changes it adds a version on the staff pages. Altering it here alters nothing for
those who have it already: the first migration that knew of policies wrote it down.
"""

FIRST_POLICY = """\
# What this site knows about you

You can read every page here, watch every webcast and subscribe to every calendar without telling \
us who you are. These pages set no cookies, keep nothing in your browser, load nothing from other \
sites and carry no analytics. We count how often a page is asked for, by day; from those numbers \
nobody can tell who asked.

# What you may give us, and what for

If you ask for something that we can only send to an address, you give us that address: for email \
alerts about our events, or for an investor kit. We use it for what you asked for and for nothing \
else. We do not sell it, rent it, lend it or pass it on, except to those who carry mail and \
parcels for us, and only so that they can deliver.

We write to nobody who has not confirmed, from that very mailbox, that they want it. Every alert \
carries a link that ends it at once. We do not track whether you open a mail or follow a link in \
it.

# How long we keep it

Each purpose has a time after which what you gave is erased by the site itself. The list on this \
page names them all. What was erased is not in our records of what the site published, because \
addresses are never written there.

# What you can do

You can see everything that we hold under your address, take it with you and have it erased, at \
any time and without asking anybody: the site sends a link for that to your mailbox. You can \
withdraw your consent for each purpose as easily as you gave it.

# Links to other sites

A webcast or a replay is often shown by a provider. Our links to it begin at this site and lead \
to theirs, where that provider’s own policy applies.

# When this policy changes

Each version is kept on this page with the day from which it holds, and with what it changed. \
What you gave us stays under the version in force when you gave it, until you agree to another.

# Questions

Write or call the investor contact named at the foot of this page.
"""
