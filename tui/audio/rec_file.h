/*
 * rec_file - recordings that are there: converted, drawn, played.
 *
 * The file is descriptor 3, of any kind that libsndfile reads.  What it says
 * of itself is bounded before it is believed.
 */
#ifndef TUI_AUDIO_REC_FILE_H
#define TUI_AUDIO_REC_FILE_H

#include "common/json.h"
#include "tui/audio/rec_options.h"

/*
 * Descriptor 3 into descriptor 5 as o->format, made durable, then both are read
 * and compared: FLAC sample by sample, Opus by length and likeness.  out gets
 * a JSON object about the new file.  OD_EDATA when the sound cannot be had in
 * that format or does not come out as it went in; OD_EIO.
 */
int rec_convert(const struct rec_options *o, struct str *out, struct err *err);
/*
 * The greatest value of each of o->peaks stretches, for each channel, as JSON:
 * rate, channels, duration_us, peaks.
 */
int rec_peaks(const struct rec_options *o, struct str *out, struct err *err);
/* The same members into an object that is open. */
int rec_peaks_add(unsigned columns, struct json_out *w, struct err *err);
/*
 * Play it into o->device; the control is descriptor 4: pause, resume, seek,
 * speed (50 to 200 percent), stop; "peaks" comes first, if o->peaks are asked
 * for, "position" five times a second, "failed" before an error.
 */
int rec_play(const struct rec_options *o, struct err *err);

#endif
