"""The table that the native hooks work on: one flat int64 array.

A header, page tables, an entry for every halfword that a block can start at, what is known of every
line of data, and the programs that tell where blocks load and store. Untouched entries cost no memory.
"""

from __future__ import annotations

CYCLE_PARTS = 256
"""Parts of a cycle that are counted: what memory is expected to add is rarely a whole one."""

# Header: indexes into the array.
STOP = 0
"""Nonzero asks the core to stop before its next block; set from any thread."""
STOPPED = 1
"""1 when it was the hook that stopped the core, so no block was cut short."""
CYCLES = 2
"""Core cycles executed since power-on, in `CYCLE_PARTS`, as all cycles in the array."""
TIGHT_CYCLES = 3
"""Core cycles, out of `CYCLES`, spent in tightly coupled memory."""
DEADLINE = 4
"""Stop before the first block that would start at or after this many cycles."""
PENDING = 5
"""Nonzero while a mask holds an exception back: stop wherever the mask may have been lifted."""
UNKNOWN_START = 6
UNKNOWN_SIZE = 7
"""The block whose missing cost stopped the core; size 0 when there is none."""
LAST_START = 8
LAST_END = 9
LAST_COST = 10
LAST_ENTRY = 11
"""The block entered last: its addresses, what it cost this time, the index of its entry. As a run starts
LAST_START is negative."""
LAST_WAY = 12
"""Way into the block entered last, by which its cost was charged, as `timing.Entry` numbers them."""
EXACT = 13
"""1 where every access is looked up in the data cache, 0 where some stand for all."""
CODE_STAMP = 14
"""Stamp that goes up whenever a line may have left the instruction cache."""
EPOCH = 15
"""Number that goes up whenever the data cache was invalidated."""
EVICTED = 16
"""Lines that have left the data cache so far, in `LINE_PARTS`."""
RESIDENT = 17
"""Lines that the data cache holds, in `LINE_PARTS`."""
SWEPT = 18
"""Lines of the data cache dropped by set and way since the last time that this covered it."""
SEED = 19
"""State of pseudo-random replacement."""
CODE_SETS, CODE_WAYS, DATA_SETS, DATA_WAYS = 20, 21, 22, 23
"""Geometry of the caches; powers of two, 0 sets without a cache."""
REGISTERS = 24
"""Core registers as the block begins; the one at `NO_REGISTER` stays zero; behind it what the block loads."""
NO_REGISTER = 16
NO_ENTRY = 56
"""An entry whose branch stays zero, for when no block was entered yet."""
CODE_TAGS = NO_ENTRY + 18
"""Line numbers by set and way, or `EMPTY`; up to 32 KiB of cache."""
DATA_TAGS = CODE_TAGS + 1024
UNALIGNED_LOADS = DATA_TAGS + 1024
"""Cycles that loads take longer: a halfword at 0 to 3 bytes behind a word boundary, then a word."""
HEADER = UNALIGNED_LOADS + 16
EMPTY = -1

LINE_SHIFT = 5
LINE_BYTES = 1 << LINE_SHIFT
LINE_PARTS = 256

# Then slots for each 64 KiB of address space: index of the page's first entry, or 0; index of what is known
# of its lines as data, or 0 where all accesses are answered at once; the host's address of its bytes, or 0;
# a bit for each KiB that code was fetched from; the number of the memory that it belongs to, where the core
# cares, else 0.
PAGE_SHIFT = 16
PAGE_BYTES = 1 << PAGE_SHIFT
PAGES = 1 << (32 - PAGE_SHIFT)
DATA_PAGES = HEADER + PAGES
HOST_PAGES = DATA_PAGES + PAGES
EXECUTED = HOST_PAGES + PAGES
EXECUTED_SHIFT = 10
EXECUTED_BYTES = 1 << EXECUTED_SHIFT
"""Bytes of a page as the emulator translates and protects them."""
REGIONS = EXECUTED + PAGES
FIRST_ENTRY = REGIONS + PAGES

# Then the entries.
SIZE = 0
"""Bytes of the block; 0 when its cost is unknown, negative where it has gone to other memories since."""
COST = 1
"""Cycles when entered from the block before it."""
COST_TAKEN = 2
"""Cycles when entered by a taken branch."""
WAYS_IN = 5
"""Costs, in the order of `timing.Entry`: by these first two ways, and by those that some cores know."""
EXECUTIONS = 6
PENALTY = 7
"""Cycles lost when the branch at its end is predicted wrongly; negative for an indirect branch."""
HISTORY = 8
"""History of the branch at its end: for a conditional one a counter, 0 to 3, from 2 on predicted taken; for
an indirect one where it led last."""
PREDICTED_TAKEN = 2
ONWARD = 9
"""Ways into the next block, more than 0 or 1 for a branch not taken or taken: `ONWARD_BITS` for each way
into this one and what its branch does."""
ONWARD_BITS = 3
UNMASKS = 10
"""1 when an instruction in it may lift an interrupt mask."""
TIGHT = 11
"""1 when it lies in tightly coupled memory."""
STAMP = 12
"""CODE_STAMP when all its lines were seen in the instruction cache; 0 at first."""
FILL = 13
"""Cycles to fill one of its lines; 0 where they are not cached."""
NEXT_LOOK = 14
"""Executions at which to look where it loads and stores."""
PROGRAM = 15
"""Index of the program that tells where, or 0."""
LOOKED_IN = 16
"""EPOCH of the last look."""
DATA_COST = 17
"""Cycles of its costs by which its accesses to uncached memory take longer, as of the last look."""
ENTRY = 18

# Then, for each page that data may be waited for in:
LOAD_WAIT = 0
STORE_WAIT = 1
"""Cycles that an access takes longer; where the page is cached, that a line fill takes."""
CACHED = 2
STAMPS = 3
"""Value of EVICTED when each line was last accessed."""
DATA_PAGE = STAMPS + (1 << PAGE_SHIFT - LINE_SHIFT)

# And the programs.
REGISTER_COUNT = 0
ACCESS_COUNT = 1
REGISTER_NUMBERS = 2
REGISTER_PLACES = 3
"""Addresses of the arguments for Unicorn: which registers, and where to put each."""
FIRST_LOOK = 4
LAST_LOOK = 5
"""Executions of the block at the first look in the epoch of the last, and at the last."""
MOVES = 6
"""Times that it was found to go to other memories."""
ACCESSES = 7
"""Each META, CONSTANT, and the address PREVIOUS that it had at the last look."""
META, CONSTANT, PREVIOUS = 0, 1, 2
ACCESS = 3
FIRST_REGISTER, FIRST_SHIFT, SECOND_REGISTER, SECOND_SHIFT, IS_STORE, COUNT, SPAN = 0, 5, 10, 15, 20, 24, 36
LOADED, LOADED_BYTES, LOADED_SIGN, WIDTH = 50, 55, 58, 59
"""Bit positions in META; SPAN is that of the bytes from the first to the last, less one; LOADED that of the
register which takes what is loaded, or 0; WIDTH that of the halfwords a load moves, or 0."""
COUNT_MASK, SPAN_MASK = 0xFFF, 0x3FFF
PROGRAM_WORDS = 1 << 22
"""Room for all programs; untouched, it costs no memory."""

# In an array of its own: what the hook before one division works on.
TABLE = 0
"""Address of the table."""
CORRECTIONS = 1
"""Address of the parts of cycles to add, in the order of `Divider.outcomes`."""
SIGNED = 2
DIVIDEND, DIVISOR = 3, 4
"""Unicorn's numbers of the registers."""
DIVIDEND_PLACE, DIVISOR_PLACE = 5, 6
"""Addresses of the operands' values."""
DIVIDEND_VALUE, DIVISOR_VALUE = 7, 8
ADDED = 9
"""Parts of cycles that were added last."""
ADDED_AT = 10
"""Value of CYCLES when they were added."""
DIVISION = 11
