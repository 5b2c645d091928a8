package ostler.allocator.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import ostler.flavor.Alias;
import ostler.flavor.Alias.Wishes;
import ostler.flavor.AliasName;
import ostler.flavor.AliasRule;
import ostler.flavor.ClassPrefix;
import ostler.flavor.HostOrder;
import ostler.flavor.NumaPolicy;
import ostler.flavor.PciNumber;
import ostler.flavor.ReleaseAt;
import ostler.flavor.Topology;
import ostler.flavor.TraitWish;
import ostler.inventory.SliceTypeName;
import ostler.inventory.UnitKind;
import ostler.inventory.WipeLevel;

/** The aliases' rows, each with a row for every alternative after the first. */
public final class Aliases {

  private static final String RULE_COLUMNS =
      "vendor, product, class_prefix, members, memory_mib, kind, slice_type, traits";
  private static final String RULE_VALUES =
      ":vendor, :product, :class_prefix, :members, :memory_mib, :kind, :slice_type, :traits";

  /** Few aliases have alternatives, and for the others nobody need look. */
  private static final String SELECT =
      "SELECT alias.*, EXISTS (SELECT 1 FROM alias_alternative"
          + " WHERE alias_alternative.alias = alias.name) AS several FROM alias ";

  private final JdbcClient sql;

  public Aliases(JdbcClient sql) {
    this.sql = sql;
  }

  public Optional<Alias> find(AliasName name) {
    return find(List.of(name)).stream().findFirst();
  }

  /** Those of the aliases that there are. */
  List<Alias> find(Collection<AliasName> names) {
    if (names.isEmpty()) {
      return List.of();
    }
    return select(
        "WHERE name IN (:names)",
        Map.of("names", Batches.padded(names.stream().map(AliasName::value).toList())));
  }

  /** Aliases in order of name, after one. */
  public List<Alias> after(String name, int limit) {
    return select(
        "WHERE name > :after ORDER BY name LIMIT :limit", Map.of("after", name, "limit", limit));
  }

  void save(Alias alias) {
    delete(alias.name());
    Wishes wishes = alias.wishes();
    sql.sql(
            "INSERT INTO alias (name, level, numa_policy, topology, host_order, release_at, "
                + RULE_COLUMNS
                + ") VALUES (:name, :level, :numa_policy, :topology, :host_order, :release_at, "
                + RULE_VALUES
                + ")")
        .params(values(alias.rule()))
        .param("name", alias.name().value())
        .param("level", alias.level().name())
        .param("numa_policy", wishes.numa().name())
        .param("topology", Columns.orNull(wishes.topology().map(Topology::name)))
        .param("host_order", wishes.hosts().name())
        .param("release_at", alias.releaseAt().name())
        .update();
    for (int position = 1; position < alias.rules().size(); position++) {
      sql.sql(
              "INSERT INTO alias_alternative (alias, position, "
                  + RULE_COLUMNS
                  + ") VALUES (:alias, :position, "
                  + RULE_VALUES
                  + ")")
          .params(values(alias.rules().get(position)))
          .param("alias", alias.name().value())
          .param("position", position)
          .update();
    }
  }

  boolean delete(AliasName name) {
    sql.sql("DELETE FROM alias_alternative WHERE alias = ?").param(name.value()).update();
    return sql.sql("DELETE FROM alias WHERE name = ?").param(name.value()).update() == 1;
  }

  private List<Alias> select(String where, Map<String, Object> params) {
    Set<AliasName> several = new HashSet<>();
    List<Alias> firsts =
        sql.sql(SELECT + where)
            .params(params)
            .query(
                (rs, n) -> {
                  Alias first = read(rs);
                  if (rs.getBoolean("several")) {
                    several.add(first.name());
                  }
                  return first;
                })
            .list();
    Map<AliasName, List<AliasRule>> more = alternatives(several);
    return firsts.stream().map(alias -> with(alias, more.get(alias.name()))).toList();
  }

  private static Alias with(Alias first, List<AliasRule> alternatives) {
    if (alternatives == null) {
      return first;
    }
    List<AliasRule> rules = new ArrayList<>(first.rules());
    rules.addAll(alternatives);
    return new Alias(first.name(), rules, first.level(), first.wishes(), first.releaseAt());
  }

  private Map<AliasName, List<AliasRule>> alternatives(Set<AliasName> several) {
    Map<AliasName, List<AliasRule>> alternatives = new HashMap<>();
    if (several.isEmpty()) {
      return alternatives;
    }
    sql.sql("SELECT * FROM alias_alternative WHERE alias IN (:names) ORDER BY alias, position")
        .param("names", several.stream().map(AliasName::value).toList())
        .query(
            rs -> {
              alternatives
                  .computeIfAbsent(new AliasName(rs.getString("alias")), n -> new ArrayList<>())
                  .add(readRule(new Columns(rs)));
            });
    return alternatives;
  }

  private static Map<String, Object> values(AliasRule rule) {
    Map<String, Object> values = new HashMap<>();
    values.put("vendor", Columns.orNull(rule.vendor().map(PciNumber::toString)));
    values.put("product", Columns.orNull(rule.product().map(PciNumber::toString)));
    values.put("class_prefix", Columns.orNull(rule.pciClass().map(ClassPrefix::digits)));
    values.put("members", Columns.orNull(rule.members()));
    values.put("memory_mib", Columns.orNull(rule.memoryMib()));
    values.put("kind", rule.kind().toString());
    values.put("slice_type", Columns.orNull(rule.sliceType().map(SliceTypeName::value)));
    values.put("traits", words(rule.traits()));
    return values;
  }

  private static Alias read(ResultSet rs) throws SQLException {
    Columns row = new Columns(rs);
    return new Alias(
        new AliasName(row.text("name")),
        List.of(readRule(row)),
        WipeLevel.valueOf(row.text("level")),
        new Wishes(
            NumaPolicy.valueOf(row.text("numa_policy")),
            row.text("topology", Topology::valueOf),
            HostOrder.valueOf(row.text("host_order"))),
        ReleaseAt.valueOf(row.text("release_at")));
  }

  private static AliasRule readRule(Columns row) throws SQLException {
    return new AliasRule(
        row.text("vendor", PciNumber::parse),
        row.text("product", PciNumber::parse),
        row.text("class_prefix", ClassPrefix::new),
        row.optionalInt("members").stream().boxed().findFirst(),
        row.optionalNumber("memory_mib"),
        UnitKind.parse(row.text("kind")),
        row.text("slice_type", SliceTypeName::new),
        set(row.text("traits"), TraitWish::parse));
  }

  /** How a set of words goes into one column; no word has a space. */
  static String words(SortedSet<?> values) {
    return values.stream().map(Object::toString).collect(Collectors.joining(" "));
  }

  static <T> SortedSet<T> set(String words, Function<String, T> parse) {
    return Arrays.stream(words.split(" "))
        .filter(word -> !word.isEmpty())
        .map(parse)
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
