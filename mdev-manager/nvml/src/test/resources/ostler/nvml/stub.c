// SPDX-License-Identifier: Apache-2.0
/*
 * A library that behaves as NVIDIA's NVML does, for tests on machines without such a card. The
 * folder that the library itself lies in holds what it knows, read again at every call, so that
 * another process finds what this one made:
 *
 *   devices    a line each: PCI address, UUID, serial number ("-" for none), memory in MiB, and
 *              "mig" for a card like an A100 with 40 GiB, which can be cut, or "plain"
 *   faults     a line each: function, what it does ("rc N", "hang", "crash"), and after how many
 *              calls of it in one process
 *   state      its own: the mode of cards and their instances; a reboot is its removal
 *   processes  a line each: PCI address and the number of a process that works on it; then, if
 *              wished, "compute" or "graphics", and the number of the GPU instance that it is on
 *
 * With -DOLD a few newer functions are left out, as in an older driver's library.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <limits.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef unsigned int u32;
typedef unsigned long long u64;

enum {
	SUCCESS = 0, UNINITIALIZED = 1, INVALID_ARGUMENT = 2, NOT_SUPPORTED = 3, NOT_FOUND = 6,
	INSUFFICIENT_SIZE = 7, IN_USE = 19, INSUFFICIENT_RESOURCES = 23, ARGUMENT_VERSION_MISMATCH = 25,
};

/* The structs, as NVIDIA's header has them. */

typedef struct {
	char busIdLegacy[16];
	u32 domain, bus, device, pciDeviceId, pciSubSystemId;
	char busId[32];
} nvmlPciInfo_t;

typedef struct {
	u32 version;
	u64 total, reserved, free, used;
} nvmlMemory_v2_t;

typedef struct {
	u32 gpu, memory;
} nvmlUtilization_t;

typedef struct {
	u32 fieldId, scopeId;
	long long timestamp, latencyUsec;
	int valueType, nvmlReturn;
	union {
		double d;
		u32 ui;
		u64 ull;
	} value;
} nvmlFieldValue_t;

typedef struct {
	u32 pid;
	u64 usedGpuMemory;
	u32 gpuInstanceId, computeInstanceId;
} nvmlProcessInfo_t;

typedef struct {
	u32 version, id, isP2pSupported, sliceCount, instanceCount, multiprocessorCount;
	u32 copyEngineCount, decoderCount, encoderCount, jpegCount, ofaCount;
	u64 memorySizeMB;
	char name[96];
} nvmlGpuInstanceProfileInfo_v2_t;

typedef struct {
	u32 start, size;
} nvmlGpuInstancePlacement_t;

typedef struct {
	void *device;
	u32 id, profileId;
	nvmlGpuInstancePlacement_t placement;
} nvmlGpuInstanceInfo_t;

typedef struct {
	u32 id, sliceCount, instanceCount, multiprocessorCount, sharedCopyEngineCount;
	u32 sharedDecoderCount, sharedEncoderCount, sharedJpegCount, sharedOfaCount;
} nvmlComputeInstanceProfileInfo_t;

/* For the tests: how large the compiler makes a struct of this name. */
int stubSizeOf(const char *name)
{
#define SIZE(type) if (!strcmp(name, #type)) return sizeof(type)
	SIZE(nvmlPciInfo_t);
	SIZE(nvmlMemory_v2_t);
	SIZE(nvmlUtilization_t);
	SIZE(nvmlFieldValue_t);
	SIZE(nvmlProcessInfo_t);
	SIZE(nvmlGpuInstanceProfileInfo_v2_t);
	SIZE(nvmlGpuInstancePlacement_t);
	SIZE(nvmlGpuInstanceInfo_t);
	SIZE(nvmlComputeInstanceProfileInfo_t);
	return -1;
}

/* What an A100 with 40 GiB can be cut into; starts end with -1. */

static const struct profile {
	u32 number, id, slices, size, most, processors, copies;
	u64 memory;
	const char *name;
	int starts[8];
} profiles[] = {
	{ 0, 19, 1, 1, 7, 14, 1, 4864, "MIG 1g.5gb", { 0, 1, 2, 3, 4, 5, 6, -1 } },
	{ 1, 14, 2, 2, 3, 28, 2, 9856, "MIG 2g.10gb", { 0, 2, 4, -1 } },
	{ 2, 9, 3, 4, 2, 42, 3, 19968, "MIG 3g.20gb", { 0, 4, -1 } },
	{ 3, 5, 4, 4, 1, 56, 4, 19968, "MIG 4g.20gb", { 0, -1 } },
	{ 4, 0, 7, 8, 1, 98, 7, 40192, "MIG 7g.40gb", { 0, -1 } },
	{ 7, 20, 1, 1, 1, 14, 1, 4864, "MIG 1g.5gb+me", { 0, 1, 2, 3, 4, 5, 6, -1 } },
	{ 9, 15, 1, 2, 4, 14, 1, 9856, "MIG 1g.10gb", { 0, 2, 4, 6, -1 } },
};
#define PROFILES (sizeof(profiles) / sizeof(*profiles))

static const struct profile *profile_of(u32 id)
{
	for (size_t i = 0; i < PROFILES; i++)
		if (profiles[i].id == id)
			return &profiles[i];
	return NULL;
}

/* Files. */

#define CARDS 16
#define INSTANCES 8

struct card {
	char address[16], uuid[96], serial[32], kind[8];
	u64 memory;
	u32 number, domain, bus, slot;
	int on;
	struct instance {
		struct card *card;
		u32 id, profile, start;
		int there, compute;
	} instances[INSTANCES];
};

static struct card cards[CARDS];
static u32 count;
static int started;

static FILE *open_file(const char *name, const char *mode)
{
	char path[PATH_MAX + 32];
	Dl_info self;

	/* Behind the link by which the loader found it; no exported name, which another copy may have. */
	if (!dladdr((void *)open_file, &self) || !realpath(self.dli_fname, path))
		abort();
	snprintf(strrchr(path, '/') + 1, 32, "%s", name);
	return fopen(path, mode);
}

static void load(void)
{
	struct card *card;
	struct instance one;
	u32 at;
	char kind;
	FILE *file = open_file("devices", "r");

	count = 0;
	while (file && count < CARDS) {
		card = &cards[count];
		if (fscanf(file, "%15s %95s %31s %llu %7s", card->address, card->uuid, card->serial,
			   &card->memory, card->kind) != 5)
			break;
		sscanf(card->address, "%x:%x:%x", &card->domain, &card->bus, &card->slot);
		card->number = count;
		card->on = 0;
		memset(card->instances, 0, sizeof(card->instances));
		count++;
	}
	if (file)
		fclose(file);
	file = open_file("state", "r");
	while (file && fscanf(file, " %c %u %u %u %u %d", &kind, &at, &one.id, &one.profile, &one.start,
			      &one.compute) == 6) {
		if (kind == 'm') {
			cards[at].on = one.id;
		} else {
			one.card = &cards[at];
			one.there = 1;
			cards[at].instances[one.id] = one;
		}
	}
	if (file)
		fclose(file);
}

static void save(void)
{
	FILE *file = open_file("state", "w");

	for (u32 at = 0; at < count; at++) {
		fprintf(file, "m %u %d 0 0 0\n", at, cards[at].on);
		for (u32 i = 0; i < INSTANCES; i++)
			if (cards[at].instances[i].there)
				fprintf(file, "i %u %u %u %u %d\n", at, i, cards[at].instances[i].profile,
					cards[at].instances[i].start, cards[at].instances[i].compute);
	}
	fclose(file);
}

/* Every function begins here: faults first, then the files anew. */
static int begin(const char *function)
{
	static struct { char name[64]; int calls; } seen[64];
	char name[64], what[8];
	int number, after, i, fault = SUCCESS;
	FILE *file = open_file("faults", "r");

	for (i = 0; i < 63 && seen[i].name[0] && strcmp(seen[i].name, function); i++)
		;
	snprintf(seen[i].name, sizeof(seen[i].name), "%s", function);
	seen[i].calls++;
	while (file && fscanf(file, "%63s %7s %d %d", name, what, &number, &after) == 4) {
		if (strcmp(name, function) || seen[i].calls <= after)
			continue;
		if (!strcmp(what, "hang"))
			for (;;)
				pause();
		if (!strcmp(what, "crash"))
			raise(SIGSEGV);
		fault = number;
	}
	if (file)
		fclose(file);
	if (fault)
		return fault;
	load();
	return started || !strcmp(function, "nvmlInit_v2") ? SUCCESS : UNINITIALIZED;
}

#define BEGIN() do { int fault = begin(__func__); if (fault) return fault; } while (0)

/* A handle of a MIG device is that of its GPU instance. */
static struct instance *instance_of(void *handle)
{
	for (u32 at = 0; at < count; at++)
		for (u32 i = 0; i < INSTANCES; i++)
			if (handle == &cards[at].instances[i])
				return handle;
	return NULL;
}

/* The library and its devices. */

int nvmlInit_v2(void)
{
	BEGIN();
	started++;
	return SUCCESS;
}

int nvmlShutdown(void)
{
	BEGIN();
	started--;
	return SUCCESS;
}

int nvmlSystemGetDriverVersion(char *version, u32 length)
{
	BEGIN();
	return snprintf(version, length, "550.54.15") < (int)length ? SUCCESS : INSUFFICIENT_SIZE;
}

int nvmlDeviceGetCount_v2(u32 *devices)
{
	BEGIN();
	*devices = count;
	return SUCCESS;
}

int nvmlDeviceGetHandleByPciBusId_v2(const char *bus, void **device)
{
	u32 domain, number, slot;

	BEGIN();
	if (sscanf(bus, "%x:%x:%x", &domain, &number, &slot) != 3)
		return INVALID_ARGUMENT;
	for (u32 at = 0; at < count; at++) {
		if (cards[at].domain == domain && cards[at].bus == number && cards[at].slot == slot) {
			*device = &cards[at];
			return SUCCESS;
		}
	}
	return NOT_FOUND;
}

int nvmlDeviceGetPciInfo_v3(struct card *card, nvmlPciInfo_t *info)
{
	BEGIN();
	memset(info, 0, sizeof(*info));
	info->domain = card->domain;
	info->bus = card->bus;
	info->device = card->slot;
	snprintf(info->busId, sizeof(info->busId), "%08X:%02X:%02X.0", card->domain, card->bus,
		 card->slot);
	return SUCCESS;
}

int nvmlDeviceGetName(struct card *card, char *name, u32 length)
{
	BEGIN();
	snprintf(name, length, "LAB A100");
	return SUCCESS;
}

int nvmlDeviceGetUUID(struct card *card, char *uuid, u32 length)
{
	struct instance *one;

	BEGIN();
	one = instance_of(card);
	if (one)
		return snprintf(uuid, length, "MIG-%08x-0000-4000-8000-%012x", one->card->number,
				one->id) < (int)length ? SUCCESS : INSUFFICIENT_SIZE;
	if (strlen(card->uuid) >= length)
		return INSUFFICIENT_SIZE;
	strcpy(uuid, card->uuid);
	return SUCCESS;
}

/* A buffer may be filled to its last byte. */
int nvmlDeviceGetSerial(struct card *card, char *serial, u32 length)
{
	BEGIN();
	if (!strcmp(card->serial, "-"))
		return NOT_SUPPORTED;
	memset(serial, 'x', length);
	if (strcmp(card->serial, "full"))
		snprintf(serial, length, "%s", card->serial);
	return SUCCESS;
}

int nvmlDeviceGetMemoryInfo_v2(struct card *card, nvmlMemory_v2_t *memory)
{
	BEGIN();
	if (memory->version != (sizeof(*memory) | 2 << 24))
		return ARGUMENT_VERSION_MISMATCH;
	memory->total = card->memory << 20;
	memory->used = 1 << 20;
	memory->reserved = 0;
	memory->free = memory->total - memory->used;
	return SUCCESS;
}

int nvmlDeviceGetTemperature(struct card *card, int sensor, u32 *celsius)
{
	BEGIN();
	*celsius = 41;
	return SUCCESS;
}

/* Larger than a signed number can be. */
int nvmlDeviceGetPowerUsage(struct card *card, u32 *milliwatts)
{
	BEGIN();
	*milliwatts = 4000000000u;
	return SUCCESS;
}

int nvmlDeviceGetUtilizationRates(struct card *card, nvmlUtilization_t *load)
{
	BEGIN();
	load->gpu = 7;
	load->memory = 3;
	return SUCCESS;
}

int nvmlDeviceGetPersistenceMode(struct card *card, u32 *mode)
{
	BEGIN();
	*mode = 1;
	return SUCCESS;
}

int nvmlDeviceGetTotalEccErrors(struct card *card, int type, int counter, u64 *errors)
{
	BEGIN();
	*errors = 0;
	return SUCCESS;
}

int nvmlDeviceGetRetiredPages_v2(struct card *card, int cause, u32 *pages, u64 *addresses,
				 u64 *times)
{
	BEGIN();
	*pages = 2;
	return addresses ? SUCCESS : INSUFFICIENT_SIZE;
}

int nvmlDeviceGetRetiredPagesPendingStatus(struct card *card, int *pending)
{
	BEGIN();
	*pending = 0;
	return SUCCESS;
}

#ifndef OLD
int nvmlDeviceGetRemappedRows(struct card *card, u32 *corrected, u32 *uncorrected, u32 *pending,
			      u32 *failed)
{
	BEGIN();
	*corrected = 1;
	*uncorrected = *pending = *failed = 0;
	return SUCCESS;
}

int nvmlDeviceGetFieldValues(struct card *card, int values, nvmlFieldValue_t *value)
{
	BEGIN();
	value->nvmlReturn = value->fieldId == 230 ? SUCCESS : NOT_SUPPORTED;
	value->value.ui = 0;
	return SUCCESS;
}
#endif

struct process {
	char address[16], kind[16];
	u32 pid, instance;
};

static int next_process(FILE *file, struct card *card, struct process *one)
{
	char line[128];

	while (file && fgets(line, sizeof(line), file)) {
		strcpy(one->kind, "compute");
		one->instance = ~0u;
		if (sscanf(line, "%15s %u %15s %u", one->address, &one->pid, one->kind,
			   &one->instance) >= 2 && !strcmp(one->address, card->address))
			return 1;
	}
	return 0;
}

static int processes(struct card *card, const char *kind, u32 *number, nvmlProcessInfo_t *infos)
{
	u32 room = *number, found = 0;
	struct process one;
	FILE *file = open_file("processes", "r");

	while (next_process(file, card, &one)) {
		if (strcmp(one.kind, kind))
			continue;
		if (infos && found < room)
			infos[found] = (nvmlProcessInfo_t){ one.pid, 1 << 20, one.instance,
							    one.instance };
		found++;
	}
	if (file)
		fclose(file);
	*number = found;
	return found > room ? INSUFFICIENT_SIZE : SUCCESS;
}

/* Whether anything works on an instance, or may; on the card, where none is named. */
static int busy(struct card *card, const struct instance *instance)
{
	struct process one;
	int found = 0;
	FILE *file = open_file("processes", "r");

	while (next_process(file, card, &one))
		found |= !instance || one.instance == ~0u || one.instance == instance->id;
	if (file)
		fclose(file);
	return found;
}

int nvmlDeviceGetComputeRunningProcesses_v3(struct card *card, u32 *number,
					    nvmlProcessInfo_t *infos)
{
	BEGIN();
	return processes(card, "compute", number, infos);
}

int nvmlDeviceGetGraphicsRunningProcesses_v3(struct card *card, u32 *number,
					     nvmlProcessInfo_t *infos)
{
	BEGIN();
	return processes(card, "graphics", number, infos);
}

/* MIG. */

static u32 used(struct card *card)
{
	u32 there = 0;

	for (u32 i = 0; i < INSTANCES; i++)
		there += card->instances[i].there;
	return there;
}

/* Memory by its slices, computing by number: 7 of them. */
static int fits(struct card *card, const struct profile *wanted, u32 start)
{
	u32 slices = wanted->slices, same = 0;

	for (u32 i = 0; i < INSTANCES; i++) {
		const struct instance *one = &card->instances[i];
		const struct profile *its = one->there ? profile_of(one->profile) : NULL;

		if (!its)
			continue;
		if (start < one->start + its->size && one->start < start + wanted->size)
			return 0;
		slices += its->slices;
		same += its == wanted;
	}
	return slices <= 7 && same < wanted->most;
}

int nvmlDeviceGetMigMode(struct card *card, u32 *current, u32 *pending)
{
	BEGIN();
	if (strcmp(card->kind, "mig"))
		return NOT_SUPPORTED;
	*current = *pending = card->on;
	return SUCCESS;
}

int nvmlDeviceSetMigMode(struct card *card, u32 on, int *status)
{
	BEGIN();
	if (strcmp(card->kind, "mig"))
		return NOT_SUPPORTED;
	if (used(card) || busy(card, NULL))
		return IN_USE;
	card->on = on;
	*status = SUCCESS;
	save();
	return SUCCESS;
}

int nvmlDeviceGetGpuInstanceProfileInfoV(struct card *card, u32 number,
					 nvmlGpuInstanceProfileInfo_v2_t *info)
{
	BEGIN();
	if (info->version != (sizeof(*info) | 2 << 24))
		return ARGUMENT_VERSION_MISMATCH;
	if (number > 0x10)
		return INVALID_ARGUMENT;
	if (strcmp(card->kind, "mig"))
		return NOT_SUPPORTED;
	for (size_t i = 0; i < PROFILES; i++) {
		if (profiles[i].number != number)
			continue;
		info->id = profiles[i].id;
		info->sliceCount = profiles[i].slices;
		info->instanceCount = profiles[i].most;
		info->multiprocessorCount = profiles[i].processors;
		info->copyEngineCount = profiles[i].copies;
		info->memorySizeMB = profiles[i].memory;
		snprintf(info->name, sizeof(info->name), "%s", profiles[i].name);
		return SUCCESS;
	}
	return NOT_SUPPORTED;
}

int nvmlDeviceGetGpuInstancePossiblePlacements_v2(struct card *card, u32 id,
						  nvmlGpuInstancePlacement_t *places, u32 *number)
{
	const struct profile *wanted = profile_of(id);
	u32 found = 0;

	BEGIN();
	if (!wanted)
		return INVALID_ARGUMENT;
	for (; wanted->starts[found] >= 0; found++) {
		if (!places)
			continue;
		if (found >= *number)
			return INSUFFICIENT_SIZE;
		places[found].start = wanted->starts[found];
		places[found].size = wanted->size;
	}
	*number = found;
	return SUCCESS;
}

int nvmlDeviceGetGpuInstanceRemainingCapacity(struct card *card, u32 id, u32 *left)
{
	const struct profile *wanted = profile_of(id);
	struct card copy;

	BEGIN();
	if (!wanted || !card->on)
		return wanted ? NOT_SUPPORTED : INVALID_ARGUMENT;
	copy = *card;
	*left = 0;
	for (int i = 0; wanted->starts[i] >= 0; i++) {
		if (!fits(&copy, wanted, wanted->starts[i]))
			continue;
		for (u32 at = 0; at < INSTANCES; at++) {
			struct instance *one = &copy.instances[at];

			if (one->there)
				continue;
			one->there = 1;
			one->profile = id;
			one->start = wanted->starts[i];
			++*left;
			break;
		}
	}
	return SUCCESS;
}

int nvmlDeviceCreateGpuInstanceWithPlacement(struct card *card, u32 id,
					     const nvmlGpuInstancePlacement_t *where, void **made)
{
	const struct profile *wanted = profile_of(id);
	int known = 0;

	BEGIN();
	for (int i = 0; wanted && wanted->starts[i] >= 0; i++)
		known |= wanted->starts[i] == (int)where->start && wanted->size == where->size;
	if (!known)
		return INVALID_ARGUMENT;
	if (!card->on)
		return NOT_SUPPORTED;
	if (!fits(card, wanted, where->start))
		return INSUFFICIENT_RESOURCES;
	for (u32 at = 0; at < INSTANCES; at++) {
		struct instance *one = &card->instances[at];

		if (one->there)
			continue;
		*one = (struct instance){ card, at, id, where->start, 1, 0 };
		*made = one;
		save();
		return SUCCESS;
	}
	return INSUFFICIENT_RESOURCES;
}

int nvmlDeviceGetGpuInstances(struct card *card, u32 id, void **list, u32 *number)
{
	BEGIN();
	if (!card->on)
		return NOT_SUPPORTED;
	*number = 0;
	for (u32 at = 0; at < INSTANCES; at++)
		if (card->instances[at].there && card->instances[at].profile == id)
			list[(*number)++] = &card->instances[at];
	return SUCCESS;
}

int nvmlGpuInstanceGetInfo(struct instance *one, nvmlGpuInstanceInfo_t *info)
{
	BEGIN();
	if (!one->there)
		return INVALID_ARGUMENT;
	info->device = one->card;
	info->id = one->id;
	info->profileId = one->profile;
	info->placement.start = one->start;
	info->placement.size = profile_of(one->profile)->size;
	return SUCCESS;
}

int nvmlGpuInstanceDestroy(struct instance *one)
{
	BEGIN();
	if (!one->there)
		return INVALID_ARGUMENT;
	if (one->compute || busy(one->card, one))
		return IN_USE;
	one->there = 0;
	save();
	return SUCCESS;
}

/* A compute instance has the number of its profile, and its handle is that of its GPU instance. */
int nvmlGpuInstanceGetComputeInstanceProfileInfo(struct instance *one, u32 number, u32 engines,
						 nvmlComputeInstanceProfileInfo_t *info)
{
	static const u32 slices[] = { 1, 2, 3, 4, 7 };

	BEGIN();
	if (number > 7)
		return INVALID_ARGUMENT;
	if (number > 4 || slices[number] > profile_of(one->profile)->slices)
		return NOT_SUPPORTED;
	memset(info, 0, sizeof(*info));
	info->id = number;
	info->sliceCount = slices[number];
	info->instanceCount = 1;
	return SUCCESS;
}

int nvmlGpuInstanceCreateComputeInstance(struct instance *one, u32 id, void **made)
{
	BEGIN();
	if (one->compute)
		return INSUFFICIENT_RESOURCES;
	one->compute = id + 1;
	*made = one;
	save();
	return SUCCESS;
}

int nvmlGpuInstanceGetComputeInstances(struct instance *one, u32 id, void **list, u32 *number)
{
	BEGIN();
	*number = one->compute == (int)id + 1;
	if (*number)
		list[0] = one;
	return SUCCESS;
}

int nvmlComputeInstanceDestroy(struct instance *one)
{
	BEGIN();
	if (!one->compute)
		return INVALID_ARGUMENT;
	if (busy(one->card, one))
		return IN_USE;
	one->compute = 0;
	save();
	return SUCCESS;
}

int nvmlDeviceGetMaxMigDeviceCount(struct card *card, u32 *most)
{
	BEGIN();
	*most = INSTANCES;
	return SUCCESS;
}

int nvmlDeviceGetMigDeviceHandleByIndex(struct card *card, u32 index, void **part)
{
	BEGIN();
	if (index >= INSTANCES)
		return INVALID_ARGUMENT;
	if (!card->instances[index].there || !card->instances[index].compute)
		return NOT_FOUND;
	*part = &card->instances[index];
	return SUCCESS;
}

int nvmlDeviceGetGpuInstanceId(struct instance *part, u32 *id)
{
	BEGIN();
	if (!instance_of(part))
		return INVALID_ARGUMENT;
	*id = part->id;
	return SUCCESS;
}
