"""Metrics of stylised pictures, always together with controls that show what they are worth."""
