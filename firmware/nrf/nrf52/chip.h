/* The nRF52840 on its development kit. Source: nRF52840 Product Specification v1.8, 4.2.4 (instantiation), 4.4 (FICR);
 * the kit's pins: nRF52840 DK user guide (PCA10056). */
#ifndef HILBENCH_CHIP_H
#define HILBENCH_CHIP_H

#define CLOCK_BASE 0x40000000u
#define REGULATOR_BASE 0x40000000u /* in POWER */
#define UART_BASE 0x40002000u
#define NVMC_BASE 0x4001E000u
#define TX_PORT 0x50000000u
#define RX_PORT 0x50000000u
#define TRIGGER_PORT 0x50000300u
#define CHIP_ID 0x10000100u /* FICR.INFO.PART */
#define UNIQUE_ID_WORDS {0x10000060u, 0x10000064u, 0x100000A4u} /* DEVICEID[0], DEVICEID[1], DEVICEADDR[0] */

/* From build code F on the debug port closes at each reset until firmware opens it. Source: nRF52840 PS, 4.8.2 */
#define APPROTECT_DISABLE 0x40000558u

enum {
    UART_IRQ = 2,
    TX_PIN = 6,       /* P0.06 and P0.08: the J-Link's virtual COM port */
    RX_PIN = 8,
    TRIGGER_PIN = 10, /* P1.10: Arduino D8 */
    FLASH_WAIT_STATES = 2, /* of a fetch that misses the cache: nRF52840 PS, 4.1.2 */
};

#endif
