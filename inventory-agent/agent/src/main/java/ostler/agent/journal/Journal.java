package ostler.agent.journal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import ostler.inventory.AgentInstance;
import ostler.inventory.BootId;
import ostler.inventory.UnitId;
import ostler.inventory.WipeRecord;
import ostler.wire.Json;
import ostler.wire.JsonLimits;
import ostler.wire.JsonObject;
import ostler.wire.JsonWriter;
import ostler.wire.WireException;

/**
 * The memory of all units, as lines that are only ever added. A line says what happened and holds
 * the whole of the unit's new memory, so the last line of a unit is what counts, and nothing needs
 * to be added up. Each begins with a checksum.
 *
 * <p>A torn last line is what a power loss leaves: it was never acted upon, and is cut off. A
 * garbled line anywhere else means that lines may be missing that were acted upon. The journal then
 * refuses to be written, and whoever reads it must take every unit for dirty.
 *
 * <p>For several threads; each change is on disk when its call returns.
 */
public final class Journal implements AutoCloseable {

  private static final JsonLimits LIMITS =
      new JsonLimits(8 * 1024 * 1024, 16, WipeRecord.MAX_BODY_CHARS);

  private static final int CHECKSUM_CHARS = 8;

  /** A shorter journal is never rewritten. */
  private static final long MIN_COMPACT_BYTES = 4L * 1024 * 1024;

  private final JournalFile file;
  private final Clock clock;
  private final Consumer<String> listener;
  private final Map<UnitId, UnitMemory> units = new LinkedHashMap<>();
  private Optional<Run> lastRun = Optional.empty();
  private Optional<String> damage = Optional.empty();
  private long bytes;

  /** Beyond this the journal is rewritten with the newest line of each unit. */
  private long compactBeyondBytes = MIN_COMPACT_BYTES;

  /** One run of the agent. */
  public record Run(AgentInstance instance, BootId boot) {}

  private Journal(JournalFile file, Clock clock, Consumer<String> listener) {
    this.file = file;
    this.clock = clock;
    this.listener = listener;
  }

  /**
   * Reads all that is there.
   *
   * @param listener is told each event after it is on disk
   * @throws IOException if the file cannot be read
   */
  public static Journal open(JournalFile file, Clock clock, Consumer<String> listener)
      throws IOException {
    Journal journal = new Journal(file, clock, listener);
    journal.replay(file.read());
    if (journal.damage.isEmpty() && journal.bytes > MIN_COMPACT_BYTES) {
      journal.compact();
    }
    return journal;
  }

  /** What is wrong with the journal; present means that nothing may be written or believed. */
  public synchronized Optional<String> damage() {
    return damage;
  }

  /** The run before this one. */
  public synchronized Optional<Run> lastRun() {
    return lastRun;
  }

  /** All units, in the order in which they were first heard of. */
  public synchronized Map<UnitId, UnitMemory> units() {
    return Collections.unmodifiableMap(new LinkedHashMap<>(units));
  }

  public synchronized Optional<UnitMemory> unit(UnitId unit) {
    return Optional.ofNullable(units.get(unit));
  }

  public synchronized void begin(Run run) throws JournalException {
    append("started", out -> out.object("run", in -> writeRun(run, in)));
    lastRun = Optional.of(run);
    listener.accept("started");
  }

  /**
   * Remembers a unit as it is from now on.
   *
   * @param event what happened, for people who read the journal
   * @return the same memory, now on disk
   */
  public synchronized UnitMemory keep(UnitMemory memory, String event) throws JournalException {
    append(event, out -> out.object("unit", in -> MemoryJson.write(memory, in)));
    units.put(memory.unit(), memory);
    listener.accept("unit " + memory.unit() + ": " + event);
    return memory;
  }

  /** Forgets a unit that is no longer ordered and no longer managed. */
  public synchronized void forget(UnitId unit) throws JournalException {
    append("forgotten", out -> out.text("forget", unit));
    units.remove(unit);
    listener.accept("unit " + unit + ": forgotten");
  }

  @Override
  public synchronized void close() throws IOException {
    file.close();
  }

  private void append(String event, Consumer<JsonWriter> content) throws JournalException {
    if (damage.isPresent()) {
      throw new JournalException("the journal is damaged and is not written: " + damage.get());
    }
    byte[] line = line(event, content);
    try {
      if (bytes + line.length > compactBeyondBytes) {
        compact();
      }
      file.append(line);
      bytes += line.length;
    } catch (IOException e) {
      cutHalfALine();
      throw new JournalException("cannot write the journal: " + e.getMessage(), e);
    }
  }

  /** After a failed write, as on a full disk: half a line in the middle would look like damage. */
  private void cutHalfALine() {
    try {
      file.cutTo(bytes);
    } catch (IOException e) {
      damage = Optional.of("half a line was written and cannot be cut off: " + e.getMessage());
    }
  }

  private void compact() throws IOException {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    lastRun.ifPresent(
        run ->
            content.writeBytes(line("started", out -> out.object("run", in -> writeRun(run, in)))));
    for (UnitMemory memory : units.values()) {
      content.writeBytes(
          line("kept", out -> out.object("unit", in -> MemoryJson.write(memory, in))));
    }
    file.replace(content.toByteArray());
    bytes = content.size();
    compactBeyondBytes = Math.max(MIN_COMPACT_BYTES, 2 * bytes);
  }

  private byte[] line(String event, Consumer<JsonWriter> content) {
    String json =
        Json.write(
            out -> {
              out.text("at", clock.instant()).text("event", event);
              content.accept(out);
            });
    return (checksum(json) + ' ' + json + '\n').getBytes(StandardCharsets.UTF_8);
  }

  private void replay(byte[] content) throws IOException {
    String text = new String(content, StandardCharsets.UTF_8);
    int number = 0;
    int start = 0;
    while (start < text.length()) {
      int end = text.indexOf('\n', start);
      number++;
      Optional<String> wrong =
          end < 0 ? Optional.of("it has no end") : replayLine(text.substring(start, end));
      if (wrong.isPresent()) {
        boolean last = end < 0 || end == text.length() - 1;
        if (!last) {
          damage = Optional.of("line " + number + ": " + wrong.get());
          // The rest is read all the same: an agent that tells who it was before is let in sooner.
          start = end + 1;
          continue;
        }
        if (damage.isEmpty()) {
          file.cutTo(bytes);
        }
        return;
      }
      bytes += text.substring(start, end + 1).getBytes(StandardCharsets.UTF_8).length;
      start = end + 1;
    }
  }

  /** Takes one line in; answers what is wrong with it, if anything is. */
  private Optional<String> replayLine(String line) {
    if (line.length() <= CHECKSUM_CHARS
        || !line.startsWith(checksum(line.substring(CHECKSUM_CHARS + 1)))) {
      return Optional.of("its checksum is wrong");
    }
    try {
      Json.read(line.substring(CHECKSUM_CHARS + 1), LIMITS, this::readLine);
      return Optional.empty();
    } catch (WireException e) {
      return Optional.of(e.getMessage());
    }
  }

  private Journal readLine(JsonObject in) throws WireException {
    in.value("at", MemoryJson::time, "a time");
    in.text("event");
    Optional<UnitMemory> memory = in.optionalObject("unit", MemoryJson::read);
    Optional<UnitId> forgotten = in.optionalValue("forget", UnitId::tryParse, "a UUID");
    Optional<Run> run = in.optionalObject("run", Journal::readRun);
    in.done();
    memory.ifPresent(kept -> units.put(kept.unit(), kept));
    forgotten.ifPresent(units::remove);
    lastRun = run.or(() -> lastRun);
    return this;
  }

  private static void writeRun(Run run, JsonWriter out) {
    out.text("instance", run.instance()).text("boot_id", run.boot());
  }

  private static Run readRun(JsonObject in) throws WireException {
    return new Run(
        in.value("instance", AgentInstance::tryParse, "a UUID"),
        in.value("boot_id", BootId::tryParse, "a UUID"));
  }

  private static String checksum(String json) {
    CRC32C crc = new CRC32C();
    crc.update(json.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().toHexDigits((int) crc.getValue());
  }
}
