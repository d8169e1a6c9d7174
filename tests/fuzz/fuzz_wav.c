/*
 * Heads of WAV files: any bytes, in a file that may go on behind them.
 */
#include "common/wav.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint64_t more[] = {0, 1, 100000, UINT32_MAX};
	struct wav_info info;

	for (int i = 0; i < 4; i++) {
		uint64_t bytes = size + more[i];

		if (wav_parse(data, size, bytes, &info, NULL) != 0)
			continue;
		BUG_ON(info.data_at > size);
		BUG_ON(info.data_at + info.data_bytes > bytes);
		BUG_ON(info.rate == 0 || info.channels == 0);
		BUG_ON(info.duration_us < 0);
	}
	return 0;
}
