"""Anonymity of stylised faces: identity hidden against use kept."""
