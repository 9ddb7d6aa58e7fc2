/* The nRF52840 on its development kit. Source: nRF52840 Product Specification v1.8, 4.2.4 (instantiation), 4.4 (FICR);
 * the kit's pins: nRF52840 DK user guide (PCA10056). */
#ifndef HILBENCH_CHIP_H
#define HILBENCH_CHIP_H

#include "board_config.h" /* pins, by default the kit's */

#define CLOCK_BASE 0x40000000u
#define REGULATOR_BASE 0x40000000u /* in POWER */
#define UART_BASE 0x40002000u
#define NVMC_BASE 0x4001E000u
#define TX_PORT BOARD_TX_PORT
#define RX_PORT BOARD_RX_PORT
#define TRIGGER_PORT BOARD_TRIGGER_PORT
#define CHIP_ID 0x10000100u /* FICR.INFO.PART */
#define UNIQUE_ID_WORDS {0x10000060u, 0x10000064u, 0x100000A4u} /* DEVICEID[0], DEVICEID[1], DEVICEADDR[0] */

/* From build code F on the debug port closes at each reset until firmware opens it. Source: nRF52840 PS, 4.8.2 */
#define APPROTECT_DISABLE 0x40000558u

enum {
    UART_IRQ = 2,
    TX_PIN = BOARD_TX_PIN,
    RX_PIN = BOARD_RX_PIN,
    TRIGGER_PIN = BOARD_TRIGGER_PIN,
    FLASH_WAIT_STATES = 2, /* of a fetch that misses the cache: nRF52840 PS, 4.1.2 */
};

#endif
