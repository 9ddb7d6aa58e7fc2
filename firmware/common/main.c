#include "board.h"
#include "commands.h"
#include "console.h"
#include "cycles.h"
#include "fault.h"
#include "frame.h"
#include "line.h"
#include "selected.h"

static void answer(hb_line_t *line)
{
    if (line->too_long)
        hb_print("e-[Command too long]\nm-ready\n");
    else
        hb_execute(line->text);
    hb_line_clear(line);
}

int main(void)
{
    static hb_line_t line;
    const char *const failure = hb_board_start();
    if (failure)
        hb_halt(failure);
    if (!hb_cycles_start())
        hb_halt("The cycle counter does not advance");
    hb_selected_start();

    hb_print("m-timestamp-mode-performance\n");
    hb_command_timestamp(line.text);
    hb_print("m-init-done\nm-ready\n");
    for (;;) {
        const char byte = hb_serial_read();
        if (byte == HB_FRAME_BEGIN && hb_line_is_empty(&line))
            hb_receive_frame();
        else if (hb_line_feed(&line, byte))
            answer(&line);
    }
}
