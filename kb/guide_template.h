/*
 * guide_template - steps with {{variables}} in their texts, and what they
 * become with values.  Pure.
 *
 * Variables are a JSON list of objects: name, description, type (text, number,
 * date, email, phone, choice, yes_no), required, choices.  Steps are a JSON
 * list of texts or objects; every text in them, however deep, may hold
 * {{names}}.
 */
#ifndef KB_GUIDE_TEMPLATE_H
#define KB_GUIDE_TEMPLATE_H

#include "common/json.h"

struct template_value {
	const char *name, *value;
};

/*
 * OD_EDATA with what is wrong: no list, a variable without a good name or
 * type or twice, a {{name}} that no variable has.
 */
int template_check(const char *variables, const char *steps, struct err *err);
/*
 * Append the steps, filled in, as a JSON list.  One that is not required and
 * has no value is left out of its sentence (guide_gap.h).  OD_EDATA: a required
 * one has no value, a value is not of its type, or there is no such variable.
 */
int template_render(const char *variables, const char *steps,
    const struct template_value *values, size_t count, struct str *out,
    struct err *err);

#endif
