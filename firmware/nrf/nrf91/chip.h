/* The nRF9160 on its development kit; all is secure after reset. Source: nRF9160 Product Specification v2.1, 4.3
 * (instantiation), 4.4 (FICR); the kit's pins: nRF9160 DK user guide (PCA10090). */
#ifndef HILBENCH_CHIP_H
#define HILBENCH_CHIP_H

#include "board_config.h" /* pins, by default the kit's */

#define CLOCK_BASE 0x50005000u
#define REGULATOR_BASE 0x50004000u
#define UART_BASE 0x50008000u
#define NVMC_BASE 0x50039000u
#define TX_PORT BOARD_TX_PORT
#define RX_PORT BOARD_RX_PORT
#define TRIGGER_PORT BOARD_TRIGGER_PORT
#define CHIP_ID 0x00FF0140u /* FICR.SIPINFO.PARTNO */
#define UNIQUE_ID_WORDS {0x00FF0204u, 0x00FF0208u, 0x00FF0148u} /* DEVICEID[0], DEVICEID[1], SIPINFO.VARIANT */

enum {
    UART_IRQ = 8,
    TX_PIN = BOARD_TX_PIN,
    RX_PIN = BOARD_RX_PIN,
    TRIGGER_PIN = BOARD_TRIGGER_PIN,
    FLASH_WAIT_STATES = 2, /* of a fetch that misses the cache */
};

#endif
