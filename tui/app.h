/*
 * app - the console as a whole: terminal, screens, model, and their end.
 */
#ifndef TUI_APP_H
#define TUI_APP_H

#include "common/conf.h"
#include "common/zone.h"
#include "db/records/tenants.h"
#include "tui/invocation.h"
#include "tui/model/model.h"
#include "tui/tape.h"
#include "tui/work_clock.h"

struct app {
	uv_loop_t loop;
	struct term *term;
	struct ui *ui;
	struct ui_loop *ui_loop;
	struct model *model;
	const struct conf *conf;      /* borrowed */
	const struct zone *zone;      /* the operator's, else the tenant's */
	struct tenant tenant;
	int64_t lock_us; /* of idling until the lock; 0: never */
	char tenant_slug[65]; /* "": the only one there is */
	const struct invocation *in; /* borrowed */
	char *uri; /* owned */
	/* Figures of the title bar, refreshed with every change. */
	struct {
		int mine_unread, unassigned;
		int64_t newest_inbound_us;
		bool known;
	} waiting;
	struct { /* of what the time brings to tickets */
		int64_t seen; /* event */
		bool begun, asked;
	} notices;
	struct work_clock clock;
	struct tape tape;
	struct {
		const char *program; /* NULL: the one beside this one */
		int ask_ms; /* of silence until it is asked; 0: as usual */
		int again_ms; /* until a failed one is tried again; the same */
	} recorder;
	int64_t idle_us; /* without a key until the clock is asked about; 0: never */
	bool daemon_alive;
	bool was_away; /* the server, when the banner was chosen */
	bool ending;
	bool entered; /* somebody acts; false while he has to log in */
};

struct entrance;
/* Somebody came in: language and zone, and the first screen. */
int app_enter(
    struct app *app, const struct entrance *entrance, struct err *err);
/* Ask for what the time brought since the last time, and tell it. */
void app_notices(struct app *app);
/* A model's ended: data is the app. */
void app_on_ended(void *data);
/* Lock the console now; false where there is nothing to unlock it with. */
bool app_lock(struct app *app);

/* Run the console until it is left; returns the exit status. */
int app_run(const struct invocation *in, const struct conf *conf);

/* N_(): the banner of a program that is too old for its desk. */
extern const char app_outdated[];

/* What the screens ask of the app; data is a struct app. */
extern const struct ui_hooks app_hooks;

/* Every command of the console but base_commands. */
struct commands;
void app_add_commands(struct commands *cs);

/* The app behind a screen. */
struct app *app_of(const struct ui *ui);
struct model *model_of(const struct screen *s);

/* Times for people, in the operator's zone: "12:04", "21/11 12:04". */
void app_time(const struct app *app, char *out, size_t size, int64_t us);
/* "3 min", "2 h", "5 d": how long ago. */
void app_age(char *out, size_t size, int64_t us, int64_t now_us);

#endif
