/* A mix of what small control programs do: a linked list, matrices, a state machine, a CRC.
 * Each part ends by calling `part_done` with a checksum, where whoever emulates it looks at the clock. */
#include <stdint.h>

enum { NODES = 64, ORDER = 12, SWEEPS = 12 };

struct node {
    struct node *next;
    int16_t key;
    int16_t value;
};

static struct node nodes[NODES];
static int16_t left[ORDER][ORDER], right[ORDER][ORDER];
static int32_t product[ORDER][ORDER];
static const char numbers[] = "5012,0x1F,-874,+122,35.54400,.1234500,1e3,-110.700,+0.64400,T0.3e-1F,0,.e,7.";

__attribute__((noinline, used)) void part_done(uint32_t checksum)
{
    __asm volatile("" : : "r"(checksum) : "memory");
}

static struct node *reversed(struct node *list)
{
    struct node *behind = 0;
    while (list) {
        struct node *next = list->next;
        list->next = behind;
        behind = list;
        list = next;
    }
    return behind;
}

static struct node *merged(struct node *a, struct node *b)
{
    struct node head, *tail = &head;
    while (a && b) {
        struct node **least = a->key <= b->key ? &a : &b;
        tail->next = *least;
        tail = *least;
        *least = tail->next;
    }
    tail->next = a ? a : b;
    return head.next;
}

static struct node *sorted(struct node *list)
{
    if (!list || !list->next)
        return list;
    struct node *middle = list, *end = list->next;
    while (end && end->next) {
        middle = middle->next;
        end = end->next->next;
    }
    struct node *second = middle->next;
    middle->next = 0;
    return merged(sorted(list), sorted(second));
}

__attribute__((noinline)) static uint32_t lists(uint32_t seed)
{
    for (int i = 0; i < NODES; i++) {
        seed = seed * 1103515245u + 12345u;
        nodes[i] = (struct node){i + 1 < NODES ? &nodes[i + 1] : 0, (int16_t)(seed >> 16), (int16_t)i};
    }
    struct node *list = sorted(reversed(nodes));
    uint32_t sum = 0;
    for (int wanted = 0; wanted < NODES; wanted += 3) {
        const struct node *each = list;
        while (each && each->value != wanted)
            each = each->next;
        sum += each ? (uint32_t)each->key : 1;
    }
    return sum;
}

__attribute__((noinline)) static uint32_t matrices(int16_t seed)
{
    uint32_t sum = 0;
    for (int i = 0; i < ORDER; i++)
        for (int j = 0; j < ORDER; j++) {
            left[i][j] = (int16_t)(seed + i * j);
            right[i][j] = (int16_t)(left[i][j] - seed * j);
        }
    for (int i = 0; i < ORDER; i++)
        for (int j = 0; j < ORDER; j++) {
            int32_t total = 0;
            for (int k = 0; k < ORDER; k++)
                total += (int32_t)left[i][k] * right[k][j];
            product[i][j] = total;
            sum += (uint32_t)(total >> 5 & 0x7F);
        }
    return sum;
}

enum state { START, SIGN, WHOLE, FRACTION, EXPONENT, INVALID, STATES };

__attribute__((noinline)) static uint32_t states(void)
{
    static uint32_t seen[STATES];
    enum state state = START;
    for (const char *at = numbers; *at; at++) {
        const char c = *at;
        const int digit = c >= '0' && c <= '9';
        switch (state) {
        case START:
            state = digit ? WHOLE : c == '.' ? FRACTION : c == '+' || c == '-' ? SIGN : INVALID;
            break;
        case SIGN:
            state = digit ? WHOLE : c == '.' ? FRACTION : INVALID;
            break;
        case WHOLE:
            state = c == '.' ? FRACTION : c == 'e' ? EXPONENT : digit ? WHOLE : INVALID;
            break;
        case FRACTION:
            state = c == 'e' ? EXPONENT : digit ? FRACTION : INVALID;
            break;
        default:
            break;
        }
        seen[state]++;
        if (c == ',')
            state = START;
    }
    return seen[WHOLE] + seen[FRACTION] * 7 + seen[EXPONENT] * 31 + seen[INVALID] * 127;
}

__attribute__((noinline)) static uint16_t crc(uint16_t value, uint32_t data)
{
    for (int bit = 0; bit < 32; bit++, data >>= 1)
        value = (value ^ data) & 1 ? (uint16_t)(value >> 1 ^ 0xA001) : (uint16_t)(value >> 1);
    return value;
}

__attribute__((noreturn)) void reset(void)
{
    uint32_t sum = 1;
    part_done(sum);
    for (int i = 0; i < SWEEPS; i++)
        sum += lists(sum);
    part_done(sum);
    for (int i = 0; i < SWEEPS; i++)
        sum += matrices((int16_t)sum);
    part_done(sum);
    for (int i = 0; i < 10 * SWEEPS; i++)
        sum += states();
    part_done(sum);
    for (int i = 0; i < 20 * SWEEPS; i++)
        sum += crc((uint16_t)sum, sum);
    part_done(sum);
    for (;;) {
    }
}
