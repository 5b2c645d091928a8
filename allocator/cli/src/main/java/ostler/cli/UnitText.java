package ostler.cli;

import java.util.Optional;
import java.util.stream.Collectors;
import ostler.cli.print.Node;

/** What an answer about a unit means, in words. */
final class UnitText {

  private UnitText() {}

  /** Where it is, how it is, and who has it. */
  static String sentence(Node unit) {
    String holder = holder(unit);
    return "Unit "
        + unit.textAt("id")
        + " ("
        + unit.textAt("host")
        + ' '
        + members(unit)
        + ") is "
        + unit.textAt("state")
        + (isLeaving(unit) ? ", leaving for its host" : "")
        + (holder.isEmpty() ? ", held by nobody." : ", held by " + holder + '.');
  }

  private static boolean isLeaving(Node unit) {
    return Boolean.TRUE.equals(unit.at("leaving").value());
  }

  static String members(Node unit) {
    return unit.at("members").items().stream()
        .map(member -> member.textAt("address"))
        .collect(Collectors.joining(" "));
  }

  /** The project and the consumer of its claim; empty where it has none. */
  static String holder(Node unit) {
    String consumer = consumer(unit.at("consumer"));
    return (unit.textAt("project") + ' ' + consumer).strip();
  }

  /** Who the host sees holding it, whether or not they should; empty if nobody. */
  static String seenHolders(Node unit) {
    String seen =
        unit.at("observed.holders").items().stream()
            .map(holder -> holder.textAt("kind") + ' ' + holder.textAt("name"))
            .collect(Collectors.joining(", "));
    boolean unknown = Boolean.FALSE.equals(unit.at("observed.holders_known").value());
    return unknown ? (seen + " (not all could be seen)").strip() : seen;
  }

  /** {@code libvirt:domain:vm1}, as the command line takes it; empty if absent. */
  static String consumer(Node consumer) {
    return consumer.isAbsent()
        ? ""
        : consumer.textAt("source") + ':' + consumer.textAt("type") + ':' + consumer.textAt("id");
  }

  /** Epoch and number, as {@code 1.42}; empty if absent. */
  static String fence(Node unit) {
    Node fence = unit.at("fence");
    return fence.isAbsent() ? "" : fence.textAt("epoch") + '.' + fence.textAt("number");
  }

  /** A code and its sentence; empty if absent. */
  static String reason(Node reason) {
    return reason.isAbsent() ? "" : reason.textAt("code") + ": " + reason.textAt("message");
  }

  /** Why nobody gets it, and whoever has set it apart. */
  static String quarantine(Node unit) {
    Node quarantine = unit.at("quarantine");
    return quarantine.isAbsent()
        ? ""
        : quarantine.textAt("code")
            + ": "
            + quarantine.textAt("reason")
            + " (by "
            + quarantine.textAt("by")
            + ')';
  }

  /** What an operator does next about it; empty where there is nothing to do. */
  static Optional<String> next(Node unit) {
    String id = unit.textAt("id");
    if (!unit.at("quarantine").isAbsent()) {
      return Optional.of("mend the cause, then: ostler unit return " + id + " --reason ...");
    }
    if (!unit.is("presence", "present")) {
      return Optional.of("see how its host is: ostler host show " + unit.textAt("host"));
    }
    if (isLeaving(unit)) {
      return Optional.of(
          "it goes when nobody holds it; to keep it: ostler unit return " + id + " --reason ...");
    }
    if (unit.is("admin", "retired")) {
      return Optional.of("to use it again: ostler unit return " + id + " --reason ...");
    }
    return Optional.ofNullable(
        switch (unit.textAt("state")) {
          case "UNMANAGED" -> nextOfUnmanaged(unit);
          case "DIRTY" -> "have it cleaned: ostler unit clean " + id + " --wait";
          case "CLEANING", "PREPARING" -> "watch it: ostler event tail";
          case "CLEAN" -> nextOfClean(unit);
          case "SLICED" -> "see its slices: ostler slice list --parent " + id;
          case "READY", "IN_USE" ->
              "when its consumer is done: ostler claim release " + unit.textAt("claim");
          case "RELEASING" ->
              "stop the consumer's machine: it ends when nobody holds the device any more";
          default -> null;
        });
  }

  private static String nextOfUnmanaged(Node unit) {
    if (!unit.at("parent").isAbsent()) {
      return "its card's layout may make it again: ostler layout show " + unit.textAt("parent");
    }
    return "take it in: ostler device admit --host "
        + unit.textAt("host")
        + " --address "
        + unit.at("members").items().stream()
            .map(member -> member.textAt("address"))
            .findFirst()
            .orElse("ADDRESS")
        + " --reason ...";
  }

  /** A clean unit may still be held back, most often by how its host is. */
  private static String nextOfClean(Node unit) {
    String host = unit.textAt("host");
    return switch (unit.textAt("why.code")) {
      case "" -> "hand it out: ostler claim create --project P --alias A --consumer SOURCE:TYPE:ID";
      case "HOST_CORDONED" -> "when its host is well: ostler host uncordon " + host;
      case "LEVEL_TOO_LOW" ->
          unit.is("level", "VENDOR")
              ? "have an alias accept that: ostler alias set ALIAS ... --level VENDOR"
              : null;
      case "PARENT_TAKEN" ->
          "see who has the others: ostler slice list --parent " + unit.textAt("parent");
      case "HOST_SILENT" -> "see how its host is: ostler host show " + host;
      default -> null;
    };
  }
}
