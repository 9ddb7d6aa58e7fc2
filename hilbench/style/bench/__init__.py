"""Pictures that a board, or the computer, makes: how long, how much energy, how good."""
