/*
 * Unit tests of common/wav: heads that are written, read, hostile, cut off.
 */
#include "common/wav.h"
#include "tests/lib/tmp.h"
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

static void
wav__head__reads_back(void **state)
{
	uint8_t head[WAV_HEAD_SIZE];
	struct wav_info info;

	(void)state;
	wav_head(head, 44100, 2, 8000);
	assert_int_equal(
	    wav_parse(head, sizeof(head), 44 + 8000, &info, NULL), 0);
	assert_int_equal(info.rate, 44100);
	assert_int_equal(info.channels, 2);
	assert_int_equal(info.format, 1);
	assert_int_equal(info.bits, 16);
	assert_int_equal(info.data_at, 44);
	assert_int_equal(info.data_bytes, 8000);
	assert_int_equal(info.duration_us, 2000 * 1000000LL / 44100);
	assert_true(info.is_right);
}

static void
wav__sizes_that_are_wrong__are_those_of_the_file(void **state)
{
	static const uint32_t told[] = {0, 0xffffffff, 100000};
	uint8_t head[WAV_HEAD_SIZE];
	struct wav_info info;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		wav_head(head, 16000, 1, 0);
		memcpy(head + 40, &told[i], 4);
		assert_int_equal(
		    wav_parse(head, sizeof(head), 44 + 3201, &info, NULL), 0);
		assert_int_equal(info.data_bytes, 3200);
		assert_int_equal(info.duration_us, 100000);
		assert_false(info.is_right);
	}
}

static void
wav__what_is_no_sound__is_refused(void **state)
{
	static const struct {
		int at, value; /* of one byte of a good head */
	} bad[] = {{0, 'X'}, {8, 'X'}, {12, 'X'}, {16, 4}, {20, 2}, {20, 0},
	    {22, 0}, {22, 17}, {32, 4}, {34, 12}, {34, 0}, {36, 'x'},
	    {19, 0x7f}};
	struct err err = ERR_INIT;
	uint8_t head[WAV_HEAD_SIZE];
	struct wav_info info;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		wav_head(head, 16000, 1, 1000);
		head[bad[i].at] = (uint8_t)bad[i].value;
		if (wav_parse(head, sizeof(head), 1044, &info, &err) !=
		    OD_EDATA)
			fail_msg("byte %d", bad[i].at);
	}
	wav_head(head, 16000, 1, 1000);
	memset(head + 24, 0, 4);
	assert_int_equal(
	    wav_parse(head, sizeof(head), 1044, &info, &err), OD_EDATA);
	for (size_t n = 0; n < 44; n++)
		assert_int_equal(wav_parse(head, n, n, &info, &err), OD_EDATA);
}

/* Telephone systems write other chunks first, and A-law. */
static void
wav__chunks_before_the_sound__are_passed(void **state)
{
	static const uint8_t bytes[] = "RIFF\x5e\0\0\0WAVE"
				       "LIST\x03\0\0\0abc\0"
				       "fmt \x12\0\0\0\6\0\1\0\x40\x1f\0\0"
				       "\x40\x1f\0\0\1\0\x8\0\0\0"
				       "fact\4\0\0\0\1\0\0\0"
				       "data\x10\0\0\0";
	struct wav_info info;

	(void)state;
	assert_int_equal(wav_parse(bytes, sizeof(bytes) - 1,
			     sizeof(bytes) - 1 + 80, &info, NULL),
	    0);
	assert_int_equal(info.format, 6);
	assert_int_equal(info.rate, 8000);
	assert_int_equal(info.data_bytes, 16);
	assert_int_equal(info.data_at, sizeof(bytes) - 1);
	assert_int_equal(info.duration_us, 2000);
}

static int
file_of(struct tmp *t, const void *head, size_t n, off_t bytes)
{
	int fd = open(tmp_path(t, "x.part"), O_RDWR | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, head, n, 0), (long)n);
	assert_int_equal(ftruncate(fd, bytes), 0);
	return fd;
}

static void
wav_repair__gives_the_head_the_files_size__and_whole_frames(void **state)
{
	uint8_t head[WAV_HEAD_SIZE];
	struct wav_info info;
	struct tmp t;
	int fd;

	(void)state;
	tmp_make(&t);
	wav_head(head, 48000, 2, 400);
	fd = file_of(&t, head, sizeof(head), 44 + 96003);
	assert_int_equal(wav_repair(fd, 16000, 1, &info, NULL), 0);
	assert_true(info.is_right);
	assert_int_equal(info.rate, 48000);
	assert_int_equal(info.data_bytes, 96000);
	assert_int_equal(info.duration_us, 500000);
	assert_int_equal(lseek(fd, 0, SEEK_END), 44 + 96000);
	close(fd);
	tmp_remove(&t);
}

static void
wav_repair__makes_a_head_that_was_never_written(void **state)
{
	uint8_t head[WAV_HEAD_SIZE] = {0};
	struct wav_info info;
	struct tmp t;
	int fd;

	(void)state;
	tmp_make(&t);
	fd = file_of(&t, head, sizeof(head), 44 + 32000);
	assert_int_equal(wav_repair(fd, 16000, 1, &info, NULL), 0);
	assert_true(info.is_right);
	assert_int_equal(info.duration_us, 1000000);
	close(fd);
	fd = file_of(&t, head, 10, 10);
	assert_int_equal(wav_repair(fd, 16000, 1, &info, NULL), OD_EDATA);
	close(fd);
	tmp_remove(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(wav__head__reads_back),
	    cmocka_unit_test(wav__sizes_that_are_wrong__are_those_of_the_file),
	    cmocka_unit_test(wav__what_is_no_sound__is_refused),
	    cmocka_unit_test(wav__chunks_before_the_sound__are_passed),
	    cmocka_unit_test(
		wav_repair__gives_the_head_the_files_size__and_whole_frames),
	    cmocka_unit_test(wav_repair__makes_a_head_that_was_never_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
