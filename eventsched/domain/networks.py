"""Where somebody asks from, as far as it tells people apart."""

import ipaddress


def network_of(address: str) -> str:
    """Return what of an IP address stands for one household: of IPv6 the /64, of which it has all.

    What is no address (a socket of this machine has none) is returned as it is.
    """
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(ip, ipaddress.IPv4Address):
        return str(ip)
    if ip.ipv4_mapped:
        return str(ip.ipv4_mapped)
    return str(ipaddress.ip_network((int(ip), 64), strict=False))
