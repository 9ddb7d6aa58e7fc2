"""The report's figures: what each shows, its panels, its legend and its caption."""
