/* rec_sound - see rec_sound.h. */
#include "tui/audio/rec_sound.h"
#include "common/i18n.h"
#include <string.h>
#include <unistd.h>

int
rec_sound_open(struct rec_sound *s, int fd, struct err *err)
{
	memset(s, 0, sizeof(*s));
	if (lseek(fd, 0, SEEK_SET) != 0)
		return err_set(err, OD_EIO, "The recording cannot be read: %m");
	s->file = sf_open_fd(fd, SFM_READ, &s->info, SF_FALSE);
	if (s->file == NULL)
		return err_set(err, OD_EDATA,
		    "The recording cannot be read as sound: %s",
		    sf_strerror(NULL));
	if (s->info.channels < 1 || s->info.channels > REC_SOUND_CHANNELS ||
	    s->info.samplerate < 1) {
		rec_sound_close(s);
		return err_set(err, OD_EDATA,
		    "The recording has %d channels; one or two are known",
		    s->info.channels);
	}
	return 0;
}

void
rec_sound_close(struct rec_sound *s)
{
	if (s->file != NULL)
		sf_close(s->file);
	s->file = NULL;
}

size_t
rec_sound_read(struct rec_sound *s, int16_t *out)
{
	sf_count_t n = sf_readf_short(s->file, out, REC_SOUND_FRAMES);

	return n > 0 ? (size_t)n : 0;
}
