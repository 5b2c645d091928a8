package ostler.allocator.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import ostler.inventory.ProjectId;

/** The projects' rows. */
public final class Projects {

  private static final int MAX_NAME_CHARS = 255;

  private final JdbcClient sql;

  public Projects(JdbcClient sql) {
    this.sql = sql;
  }

  /** A project, and what people call it. */
  public record Project(ProjectId id, String name) {}

  public Optional<Project> find(ProjectId id) {
    return sql.sql("SELECT * FROM project WHERE id = ?")
        .param(id.value())
        .query(Projects::read)
        .optional();
  }

  /** Projects in order of id, after one. */
  public List<Project> after(String id, int limit) {
    return sql.sql("SELECT * FROM project WHERE id > ? ORDER BY id LIMIT ?")
        .params(id, limit)
        .query(Projects::read)
        .list();
  }

  void save(Project project, Instant now) {
    int updated =
        sql.sql("UPDATE project SET name = ? WHERE id = ?")
            .params(Columns.bounded(project.name(), MAX_NAME_CHARS), project.id().value())
            .update();
    if (updated == 0) {
      sql.sql("INSERT INTO project (id, name, created_at) VALUES (?, ?, ?)")
          .params(
              project.id().value(),
              Columns.bounded(project.name(), MAX_NAME_CHARS),
              Columns.time(now))
          .update();
    }
  }

  private static Project read(ResultSet rs, int number) throws SQLException {
    return new Project(new ProjectId(rs.getString("id")), rs.getString("name"));
  }
}
