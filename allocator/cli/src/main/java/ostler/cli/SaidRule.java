package ostler.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import ostler.inventory.SliceTypeName;
import ostler.wire.JsonWriter;

/** Which units an alias means, as the command line says it; the allocator judges the whole. */
record SaidRule(
    Optional<String> vendor,
    Optional<String> product,
    Optional<String> pciClass,
    Optional<Integer> members,
    Optional<Integer> memoryMib,
    Optional<String> kind,
    Optional<SliceTypeName> sliceType,
    List<String> traits) {

  static final Argument.Option<Integer> MEMBERS =
      Argument.Option.of(
          "--members", "N", Parsers::positive, "with this many functions in the unit");
  static final Argument.Option<Integer> MEMORY =
      Argument.Option.of("--memory", "MIB", Parsers::positive, "with at least this much memory");
  static final Argument.Option<String> KIND =
      Argument.Option.of(
          "--kind", "KIND", Parsers::name, "whole (unless told), mdev, vendor-vf, sriov-vf, mig");
  static final Argument.Option<SliceTypeName> TYPE =
      Argument.Option.of(
          "--slice-type", "TYPE", SliceTypeName::new, "of kind mdev, vendor-vf or mig: this type");
  static final Argument.Option<String> TRAIT =
      Argument.Option.of(
              "--trait",
              "TRAIT",
              Parsers::name,
              "with this trait, or !TRAIT without it; repeatable")
          .repeated();

  private static final Set<String> FIELDS =
      Set.of("vendor", "product", "class", "members", "memory", "kind", "slice-type");
  private static final String FORM =
      "an alternative is FIELD=VALUE,... of vendor, product, class, members, memory, kind,"
          + " slice-type and trait";

  static SaidRule of(Arguments said) {
    return new SaidRule(
        said.get(ModelRule.VENDOR),
        said.get(ModelRule.PRODUCT),
        said.get(ModelRule.CLASS),
        said.get(MEMBERS),
        said.get(MEMORY),
        said.get(KIND),
        said.get(TYPE),
        said.all(TRAIT));
  }

  /**
   * Reads {@code vendor=10de,product=20b0,trait=!old}.
   *
   * @throws IllegalArgumentException if it has another form
   */
  static SaidRule parse(String text) {
    Map<String, String> fields = new HashMap<>();
    List<String> traits = new ArrayList<>();
    for (String part : text.split(",")) {
      int equals = part.indexOf('=');
      String name = equals < 0 ? part : part.substring(0, equals);
      String value = part.substring(equals + 1);
      if (equals >= 0 && name.equals("trait")) {
        traits.add(Parsers.name(value));
      } else if (equals < 0 || !FIELDS.contains(name) || fields.put(name, value) != null) {
        throw new IllegalArgumentException(FORM);
      }
    }
    return new SaidRule(
        Optional.ofNullable(fields.get("vendor")).map(Parsers::hex4),
        Optional.ofNullable(fields.get("product")).map(Parsers::hex4),
        Optional.ofNullable(fields.get("class")).map(Parsers::pciClass),
        Optional.ofNullable(fields.get("members")).map(Parsers::positive),
        Optional.ofNullable(fields.get("memory")).map(Parsers::positive),
        Optional.ofNullable(fields.get("kind")).map(Parsers::name),
        Optional.ofNullable(fields.get("slice-type")).map(SliceTypeName::new),
        traits);
  }

  void write(JsonWriter rule) {
    rule.text("vendor", vendor).text("product", product).text("class", pciClass);
    members.ifPresent(count -> rule.integer("members", count));
    memoryMib.ifPresent(mib -> rule.integer("memory_mib", mib));
    rule.text("kind", kind).text("slice_type", sliceType);
    if (!traits.isEmpty()) {
      rule.texts("traits", traits);
    }
  }
}
