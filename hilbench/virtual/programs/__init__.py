"""Programs without a debugger: ELF files, symbols, semihosting, one run."""
