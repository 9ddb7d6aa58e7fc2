/* What newlib does before it trusts an exit with a status; and a file that is not there. */
#include "harness.h"

enum { SYS_OPEN = 0x01, SYS_CLOSE = 0x02, SYS_READ = 0x06, SYS_ISTTY = 0x09, SYS_SEEK = 0x0A, SYS_FLEN = 0x0C, SYS_ERRNO = 0x13 };

static uint32_t open(const char *name, uint32_t length)
{
    const uintptr_t block[3] = {(uintptr_t)name, 0, length};
    return semihosting(SYS_OPEN, (uintptr_t)block);
}

static uint32_t ask(uint32_t operation, uintptr_t first, uintptr_t second, uintptr_t third)
{
    const uintptr_t block[3] = {first, second, third};
    return semihosting(operation, (uintptr_t)block);
}

int main(void)
{
    unsigned char bytes[8] = {0};
    const uint32_t console = open(":tt", 3), features = open(":semihosting-features", 21);
    if (ask(SYS_FLEN, features, 0, 0) != 5 || ask(SYS_READ, features, (uintptr_t)bytes, 4) != 0)
        return 1;
    if (bytes[0] != 'S' || bytes[1] != 'H' || bytes[2] != 'F' || bytes[3] != 'B')
        return 2;
    if (ask(SYS_SEEK, features, 4, 0) != 0 || ask(SYS_READ, features, (uintptr_t)bytes, 8) != 7 || bytes[0] != 3)
        return 3;
    if (!ask(SYS_ISTTY, console, 0, 0) || ask(SYS_ISTTY, features, 0, 0) || ask(SYS_CLOSE, features, 0, 0))
        return 4;
    if (ask(SYS_READ, console, (uintptr_t)bytes, 8) != 8 || ask(SYS_SEEK, console, 0, 0) != 0xFFFFFFFF)
        return 5;
    if (open("absent.txt", 10) != 0xFFFFFFFF || semihosting(SYS_ERRNO, 0) != 2)
        return 6;
    return 42;
}
