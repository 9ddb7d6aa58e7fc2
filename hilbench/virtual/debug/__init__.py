"""The debug wire: an ADIv5 port with CoreSight behind it, served by pyOCD's own probe server."""
