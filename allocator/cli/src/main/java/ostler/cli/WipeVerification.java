package ostler.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import ostler.cli.print.Column;
import ostler.cli.print.Column.Kind;
import ostler.cli.print.Node;
import ostler.inventory.AgentKey;
import ostler.wire.Json;
import ostler.wire.JsonObject;
import ostler.wire.WireException;
import picocli.CommandLine.Model.CommandSpec;

/**
 * {@code ostler wipe verify}: recomputes units' chains here, from the records alone. It believes
 * nothing that the allocator says about them, except whose keys they are signed with; and not that
 * either where the command line names the keys.
 */
final class WipeVerification {

  private static final Argument.Option<Ref> UNIT =
      Argument.Option.of("--unit", "UNIT", Ref::parse, "the records of this unit");
  private static final Argument.Option<Path> FILE =
      Argument.Option.of(
          "--file", "FILE", Path::of, "the records in a file, as wipe list -o json wrote them");
  private static final Argument.Flag ALL = Argument.Flag.of("--all", "the records of all units");
  private static final Argument.Option<AgentKey> KEY =
      Argument.Option.of(
              "--key",
              "KEY",
              AgentKey::new,
              "believe this key of an agent alone, in base 64; may be repeated")
          .repeated();

  private static final List<Column> VERDICTS =
      List.of(
          Column.of("UNIT", "unit", Kind.ID),
          Column.of("RECORDS", "records", Kind.NUMBER),
          Column.of("SOUND", "sound"),
          Column.of("HEAD", "head", Kind.ID),
          Column.of("LEVEL", "level"),
          Column.of("BROKEN_WIPE", "broken_wipe", Kind.ID),
          Column.of("FLAW", "flaw"),
          Column.of("BECAUSE", "because"));

  private WipeVerification() {}

  static CommandSpec verb() {
    return Verb.of(
        "verify",
        "recompute hashes and signatures, and say the first record that does not hold",
        WipeVerification::verify,
        UNIT,
        FILE,
        ALL,
        KEY);
  }

  private static void verify(Session session, Arguments said) throws Failure {
    Map<String, List<Node>> byUnit = new LinkedHashMap<>();
    for (Node wipe : records(session, said)) {
      byUnit.computeIfAbsent(wipe.textAt("unit"), unit -> new ArrayList<>()).add(wipe);
    }
    if (byUnit.isEmpty()) {
      throw Failure.of(ExitCode.NOT_FOUND, "NO_RECORD", "There is no wipe record to verify.");
    }
    List<Node> verdicts = new ArrayList<>();
    for (Map.Entry<String, List<Node>> unit : byUnit.entrySet()) {
      verdicts.add(UnitChain.verdict(unit.getKey(), unit.getValue(), said.all(KEY)));
    }
    session.terminal().print(session.printer().list(verdicts, VERDICTS, List.of()));
    List<Node> broken = verdicts.stream().filter(verdict -> !verdict.at("sound").isTrue()).toList();
    if (!broken.isEmpty()) {
      throw Failure.of(
              ExitCode.CONFLICT,
              "BROKEN_CHAIN",
              "Unit "
                  + broken.get(0).textAt("unit")
                  + ": "
                  + broken.get(0).textAt("because")
                  + (broken.size() > 1 ? "; " + broken.size() + " chains are broken in all" : ""))
          .andTry("set the unit apart: ostler unit quarantine " + broken.get(0).textAt("unit"));
    }
  }

  private static List<Node> records(Session session, Arguments said) throws Failure {
    Optional<Ref> unit = said.get(UNIT);
    Optional<Path> file = said.get(FILE);
    boolean all = said.has(ALL);
    if ((unit.isPresent() ? 1 : 0) + (file.isPresent() ? 1 : 0) + (all ? 1 : 0) != 1) {
      throw Failure.usage("BAD_REQUEST", "Say which records: one of --unit, --file and --all.");
    }
    if (file.isPresent()) {
      return inFile(file.get());
    }
    ApiPath path = ApiPath.of("wipes");
    return session.all(all ? path : path.with("unit", new Finder(session).unitId(unit.get())));
  }

  /** A list of records, the answer that held them, or one record. */
  private static List<Node> inFile(Path file) throws Failure {
    try (InputStream in = Files.newInputStream(file)) {
      String text =
          new String(in.readNBytes(Api.ANSWER.maxBytes()), StandardCharsets.UTF_8).strip();
      String object = text.startsWith("[") ? "{\"items\":" + text + '}' : text;
      Node read = new Node(Json.read(object, Api.ANSWER, JsonObject::tree));
      return read.at("items").isAbsent() ? List.of(read) : read.at("items").items();
    } catch (IOException e) {
      throw Failure.of(ExitCode.NOT_FOUND, "NO_FILE", "The file cannot be read: " + e);
    } catch (WireException e) {
      throw Failure.usage("BAD_FILE", "The file " + file + " holds no records: " + e.getMessage());
    }
  }
}
