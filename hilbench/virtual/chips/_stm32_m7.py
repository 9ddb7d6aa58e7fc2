"""Addresses and interrupts that the STM32F7 and the STM32H7 have in common (RM0410 and RM0433)."""

OTHER_USARTS = (
    (0x4001_1000, 37),  # USART1
    (0x4000_4400, 38),  # USART2
    (0x4000_4C00, 52),  # UART4
    (0x4000_5000, 53),  # UART5
    (0x4001_1400, 71),  # USART6
    (0x4000_7800, 82),  # UART7
    (0x4000_7C00, 83),  # UART8
)
"""Base and interrupt of each USART but USART3, which is the serial port of both NUCLEO boards."""
