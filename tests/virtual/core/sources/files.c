/* What newlib does before it trusts an exit with a status; and a file that is not there. */
#include "harness.h"

enum { SYS_OPEN = 0x01, SYS_CLOSE = 0x02, SYS_READ = 0x06, SYS_ISTTY = 0x09, SYS_SEEK = 0x0A, SYS_FLEN = 0x0C, SYS_ERRNO = 0x13 };

enum { FAILED = -1u };

static uint32_t open_as(const char *name, uint32_t length, uint32_t mode)
{
    const uintptr_t block[3] = {(uintptr_t)name, mode, length};
    return semihosting(SYS_OPEN, (uintptr_t)block);
}

static uint32_t open(const char *name, uint32_t length)
{
    return open_as(name, length, 0);
}

static uint32_t ask(uint32_t operation, uintptr_t first, uintptr_t second, uintptr_t third)
{
    const uintptr_t block[3] = {first, second, third};
    return semihosting(operation, (uintptr_t)block);
}

/* A handle for every open; those that are closed, or never were opened, are refused. */
static int handles(void)
{
    unsigned char bytes[8];
    const uint32_t in = open_as(":tt", 3, 0), out = open_as(":tt", 3, 4), err = open_as(":tt", 3, 8);
    const uint32_t one = open(":semihosting-features", 21), two = open(":semihosting-features", 21);
    if (in == out || out == err || in == err || one == two || !in || !one)
        return 10;
    if (ask(SYS_READ, one, (uintptr_t)bytes, 4) != 0 || ask(SYS_READ, two, (uintptr_t)bytes, 1) != 0 || bytes[0] != 'S')
        return 11;
    if (ask(SYS_WRITE, 77, (uintptr_t)bytes, 5) != 5 || ask(SYS_WRITE, in, (uintptr_t)bytes, 5) != 5)
        return 12;
    if (semihosting(SYS_ERRNO, 0) != 9 || ask(SYS_WRITE, one, (uintptr_t)bytes, 5) != 5)
        return 13;
    if (ask(SYS_CLOSE, 77, 0, 0) != FAILED || ask(SYS_CLOSE, one, 0, 0) != 0 || ask(SYS_CLOSE, one, 0, 0) != FAILED)
        return 14;
    if (ask(SYS_READ, one, (uintptr_t)bytes, 4) != 4 || ask(SYS_READ, two, (uintptr_t)bytes, 3) != 0)
        return 15;
    if (ask(SYS_FLEN, one, 0, 0) != FAILED || ask(SYS_ISTTY, one, 0, 0) != FAILED || ask(SYS_SEEK, one, 0, 0) != FAILED)
        return 16;
    if (ask(SYS_SEEK, two, 6, 0) != FAILED || open_as(":semihosting-features", 21, 4) != FAILED)
        return 17;
    if (ask(SYS_WRITE, out, 0xA0000000, 5) != 5 || ask(SYS_WRITE, out, (uintptr_t) "out", 3) != 0)
        return 18;
    if (ask(SYS_WRITE, err, (uintptr_t) "err", 3) != 0 || ask(SYS_CLOSE, out, 0, 0) || ask(SYS_WRITE, out, 0, 3) != 3)
        return 19;
    return 42;
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
    return handles();
}
