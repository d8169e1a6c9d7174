/*
 * rec_run - one recording, from opening the device to the closed file.
 */
#ifndef TUI_AUDIO_REC_RUN_H
#define TUI_AUDIO_REC_RUN_H

#include "tui/audio/rec_options.h"
#include <signal.h>

/* Set by a signal: end as by the command stop. */
extern volatile sig_atomic_t rec_must_stop;

/*
 * Record what o says until the control says stop, is closed, or the device is
 * gone; the file is closed properly in each case.  The result is the exit
 * status's: OD_ENOTFOUND, OD_EUNAVAIL (the device), OD_ELIMIT (as long as a WAV
 * can be), OD_EIO (the disk).
 */
int rec_run(const struct rec_options *o, struct err *err);

#endif
