package ostler.allocator.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import ostler.flavor.Alias;
import ostler.flavor.AliasName;
import ostler.flavor.AliasRule;
import ostler.flavor.ClassPrefix;
import ostler.flavor.PciNumber;
import ostler.inventory.WipeLevel;

/** The aliases' rows. */
public final class Aliases {

  private final JdbcClient sql;

  public Aliases(JdbcClient sql) {
    this.sql = sql;
  }

  public Optional<Alias> find(AliasName name) {
    return sql.sql("SELECT * FROM alias WHERE name = ?")
        .param(name.value())
        .query(Aliases::read)
        .optional();
  }

  /** Aliases in order of name, after one. */
  public List<Alias> after(String name, int limit) {
    return sql.sql("SELECT * FROM alias WHERE name > ? ORDER BY name LIMIT ?")
        .params(name, limit)
        .query(Aliases::read)
        .list();
  }

  void save(Alias alias) {
    delete(alias.name());
    AliasRule rule = alias.rule();
    sql.sql(
            "INSERT INTO alias (name, vendor, product, class_prefix, members, level)"
                + " VALUES (?, ?, ?, ?, ?, ?)")
        .param(alias.name().value())
        .param(Columns.orNull(rule.vendor().map(PciNumber::toString)))
        .param(Columns.orNull(rule.product().map(PciNumber::toString)))
        .param(Columns.orNull(rule.pciClass().map(ClassPrefix::digits)))
        .param(Columns.orNull(rule.members()))
        .param(alias.level().name())
        .update();
  }

  boolean delete(AliasName name) {
    return sql.sql("DELETE FROM alias WHERE name = ?").param(name.value()).update() == 1;
  }

  private static Alias read(ResultSet rs, int number) throws SQLException {
    Columns row = new Columns(rs);
    Optional<Integer> members = row.optionalInt("members").stream().boxed().findFirst();
    return new Alias(
        new AliasName(row.text("name")),
        new AliasRule(
            row.text("vendor", PciNumber::parse),
            row.text("product", PciNumber::parse),
            row.text("class_prefix", ClassPrefix::new),
            members),
        WipeLevel.valueOf(row.text("level")));
  }
}
