/* mobile - the files of the page for phones, as the build put them in. */
#ifndef SYNCD_MOBILE_MOBILE_H
#define SYNCD_MOBILE_MOBILE_H

extern const char mobile_css[], mobile_js[];

#endif
