package ostler.cli;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import ostler.cli.print.Node;
import ostler.inventory.AgentKey;
import ostler.inventory.ChainHash;
import ostler.inventory.SignedWipe;
import ostler.inventory.WipeChain;
import ostler.inventory.WipeRecord;
import ostler.wire.WireException;

/** One unit's wipe records as a chain, recomputed from their texts. */
final class UnitChain {

  /** Why a chain does not hold, from the first record that does not. */
  private record Flaw(String code, String wipe, String because) {}

  private UnitChain() {}

  /**
   * Checks all records that the allocator accepted; those that it refused never were in the chain.
   *
   * @param keys the only keys to believe; none to believe the one beside each record
   * @return an object that says whether the chain is sound, with the level of the last record that
   *     holds, and where it is not sound
   */
  static Node verdict(String unit, List<Node> records, List<AgentKey> keys) {
    List<Node> accepted =
        records.stream()
            .filter(record -> !Boolean.FALSE.equals(record.at("accepted").value()))
            .toList();
    ChainHash head = ChainHash.START;
    Optional<Flaw> flaw = Optional.empty();
    String level = null;
    for (Node record : inOrder(accepted)) {
      flaw = flaw(record, head, keys);
      if (flaw.isPresent()) {
        break;
      }
      head = new ChainHash(record.textAt("hash"));
      level = record.textAt("level");
    }
    Map<String, Object> verdict = new LinkedHashMap<>();
    verdict.put("unit", unit);
    verdict.put("records", (long) accepted.size());
    verdict.put("sound", flaw.isEmpty());
    verdict.put("head", head.value());
    verdict.put("level", level);
    verdict.put("broken_wipe", flaw.map(Flaw::wipe).orElse(null));
    verdict.put("flaw", flaw.map(Flaw::code).orElse(null));
    verdict.put("because", flaw.map(Flaw::because).orElse(null));
    return new Node(verdict);
  }

  /** Each record behind the one it says it follows, and at the end those that follow none. */
  private static List<Node> inOrder(List<Node> records) {
    Map<String, Node> byPrevious = new HashMap<>();
    records.forEach(record -> byPrevious.putIfAbsent(record.textAt("prev_hash"), record));
    Set<Node> ordered = new LinkedHashSet<>();
    Node next = byPrevious.remove(ChainHash.START.value());
    while (next != null) {
      ordered.add(next);
      next = byPrevious.remove(next.textAt("hash"));
    }
    ordered.addAll(records);
    return List.copyOf(ordered);
  }

  private static Optional<Flaw> flaw(Node record, ChainHash head, List<AgentKey> keys) {
    String wipe = record.textAt("id");
    try {
      SignedWipe signed =
          new SignedWipe(
              record.textAt("body"),
              new ChainHash(record.textAt("prev_hash")),
              new ChainHash(record.textAt("hash")),
              record.textAt("signature"));
      AgentKey key = new AgentKey(record.textAt("public_key"));
      Optional<WipeChain.Flaw> broken = WipeChain.flaw(signed, head, key);
      if (broken.isPresent()) {
        return Optional.of(flaw(wipe, broken.get()));
      }
      if (!keys.isEmpty() && !keys.contains(key)) {
        return Optional.of(
            new Flaw(
                "OTHER_KEY",
                wipe,
                "wipe " + wipe + " is signed by a key that --key does not name"));
      }
      return difference(record, WipeRecord.parse(signed.body()))
          .map(what -> new Flaw("TOLD_OTHERWISE", wipe, "wipe " + wipe + ' ' + what));
    } catch (IllegalArgumentException | WireException e) {
      return Optional.of(
          new Flaw("UNREADABLE", wipe, "wipe " + wipe + " is no wipe record: " + e.getMessage()));
    }
  }

  private static Flaw flaw(String wipe, WipeChain.Flaw flaw) {
    String because =
        switch (flaw) {
          case NOT_LINKED -> "does not follow the record before it: one is missing, added or moved";
          case CHANGED -> "was changed after it was hashed";
          case NOT_SIGNED -> "is not signed by its host's key";
          case UNREADABLE -> "is no wipe record";
          case OTHER_UNIT -> "is of another unit";
        };
    return new Flaw(flaw.name(), wipe, "wipe " + wipe + ' ' + because);
  }

  /** What is shown beside a record must be what the host signed, and its level must be earned. */
  private static Optional<String> difference(Node shown, WipeRecord signed) {
    Map<String, String> pairs = new LinkedHashMap<>();
    pairs.put("id", signed.wipe().toString());
    pairs.put("unit", signed.unit().toString());
    pairs.put("host", signed.host().toString());
    pairs.put("level", signed.level().toString());
    pairs.put("result", signed.result().toString());
    for (Map.Entry<String, String> pair : pairs.entrySet()) {
      Optional<String> told = shown.at(pair.getKey()).text();
      if (told.isPresent() && !told.get().equals(pair.getValue())) {
        return Optional.of(
            "is shown with the "
                + pair.getKey()
                + ' '
                + told.get()
                + ", and signed with "
                + pair.getValue());
      }
    }
    return !signed.result().equals(WipeRecord.Result.CLEAN) || signed.isCleanTo(signed.level())
        ? Optional.empty()
        : Optional.of("says level " + signed.level() + ", and its steps show " + signed.reached());
  }
}
