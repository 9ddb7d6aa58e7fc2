/* The commands of docs/serial-protocol.md. Each takes the rest of its line and prints its answer. */
#ifndef HILBENCH_COMMANDS_H
#define HILBENCH_COMMANDS_H

/* Carry out one command line and answer, up to and including m-ready. */
void hb_execute(char *line);

/* mlperf.c: the commands of MLPerf Tiny. */
void hb_command_name(char *arguments);
void hb_command_profile(char *arguments);
void hb_command_timestamp(char *arguments);
void hb_command_db(char *arguments);
void hb_command_infer(char *arguments);
void hb_command_results(char *arguments);

/* bench.c: select a case, run it, measure it. */
void hb_command_case(char *arguments);

/* transfer.c: tensors in checked frames. */
void hb_command_read(char *arguments);
void hb_command_write(char *arguments);
void hb_command_send(char *arguments);

/* environment.c: what a measurement depends on. */
void hb_command_env(char *arguments);

#endif
