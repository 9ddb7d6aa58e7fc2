"""The processor: Unicorn executes, this counts every cycle and does what Unicorn does not."""
