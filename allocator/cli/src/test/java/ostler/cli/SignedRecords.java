package ostler.cli;

import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import ostler.cli.print.Node;
import ostler.inventory.AgentKey;
import ostler.inventory.BootId;
import ostler.inventory.ChainHash;
import ostler.inventory.DeviceIdentity;
import ostler.inventory.Fence;
import ostler.inventory.HostName;
import ostler.inventory.SignedWipe;
import ostler.inventory.UnitId;
import ostler.inventory.UnitMember;
import ostler.inventory.UnitMembers;
import ostler.inventory.WipeChain;
import ostler.inventory.WipeCoverage;
import ostler.inventory.WipeId;
import ostler.inventory.WipeLevel;
import ostler.inventory.WipeRecord;
import ostler.inventory.WipeStep;
import ostler.pci.PciAddress;
import ostler.pci.PciId;

/** Wipe records of one unit, really signed, as the allocator lists them. */
final class SignedRecords {

  static final String UNIT = "00000000-0000-4000-8000-0000000000aa";

  private static final PciAddress ADDRESS = PciAddress.parse("0000:01:00.0");

  private final KeyPair keys;

  SignedRecords() {
    try {
      keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  static String id(int number) {
    return String.format("00000000-0000-4000-8000-%012d", number);
  }

  AgentKey key() {
    return AgentKey.of(keys.getPublic());
  }

  /** A sound chain, its records numbered from 0; the list may be changed. */
  List<Node> chain(int length) {
    return chain(length, (i, head) -> record(i, head, "L1"));
  }

  /** As {@link #chain}, of a slice that was made anew each time. */
  List<Node> sliceChain(int length) {
    return chain(length, (i, head) -> slice(i, head, WipeLevel.VENDOR));
  }

  private static List<Node> chain(int length, BiFunction<Integer, ChainHash, Node> next) {
    List<Node> chain = new ArrayList<>();
    ChainHash head = ChainHash.START;
    for (int i = 0; i < length; i++) {
      Node record = next.apply(i, head);
      chain.add(record);
      head = new ChainHash(record.textAt("hash"));
    }
    return chain;
  }

  /** One record that says that level; its steps show L1. */
  Node record(int number, ChainHash head, String level) {
    return record(
        number, head, WipeLevel.valueOf(level), WipeStep.Kind.QUIESCE, WipeStep.Kind.RESET);
  }

  /** One record of a slice that says that level; its steps show what its vendor says. */
  Node slice(int number, ChainHash head, WipeLevel level) {
    return record(number, head, level, WipeStep.Kind.DESTROY, WipeStep.Kind.CREATE);
  }

  private Node record(int number, ChainHash head, WipeLevel level, WipeStep.Kind... steps) {
    SignedWipe signed =
        WipeChain.sign(record(number, level, List.of(steps)), head, keys.getPrivate());
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("id", id(number));
    fields.put("unit", UNIT);
    fields.put("host", "gpu-1");
    fields.put("level", level.name());
    fields.put("result", "clean");
    fields.put("accepted", true);
    fields.put("body", signed.body());
    fields.put("prev_hash", signed.prevHash().value());
    fields.put("hash", signed.hash().value());
    fields.put("signature", signed.signature());
    fields.put("public_key", key().value());
    return new Node(fields);
  }

  private static WipeRecord record(int number, WipeLevel level, List<WipeStep.Kind> steps) {
    Instant started = Instant.parse("2026-01-02T03:04:05Z").plusSeconds(number);
    return new WipeRecord(
        WipeId.parse(id(number)),
        UnitId.parse(UNIT),
        new HostName("gpu-1"),
        BootId.parse("00000000-0000-4000-8000-0000000000bb"),
        new UnitMembers(
            List.of(new UnitMember(ADDRESS, DeviceIdentity.ofModel(PciId.parse("1002:5046"))))),
        new Fence(1, number),
        Optional.empty(),
        started,
        started.plusSeconds(1),
        steps.stream().map(kind -> step(kind, started)).toList(),
        new WipeCoverage(16, 0, 0),
        List.of("memory was not overwritten"),
        level,
        WipeRecord.Result.CLEAN,
        Optional.empty(),
        "6.1.0",
        "0.1.0");
  }

  private static WipeStep step(WipeStep.Kind kind, Instant started) {
    return new WipeStep(kind, ADDRESS, WipeStep.Result.OK, started, 1, Map.of());
  }
}
