"""Drawing: matplotlib panels in the colours of the page, handed over as inline SVG."""
