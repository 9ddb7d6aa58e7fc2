"""Deployment: a network's graph becomes layers, a memory plan and C that runs on a board."""
