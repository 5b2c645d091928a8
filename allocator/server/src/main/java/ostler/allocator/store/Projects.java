package ostler.allocator.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.springframework.jdbc.core.simple.JdbcClient;
import ostler.accounting.ledger.ProjectPath;
import ostler.allocator.quota.Project;
import ostler.allocator.quota.ProjectTree;
import ostler.inventory.ProjectId;

/**
 * The projects' rows, and with them the shape of the tree. Whoever changes the shape, or which
 * limits there are, first takes the tree ({@link #lockTree}), so that there is one at a time.
 */
public final class Projects {

  private static final int MAX_NAME_CHARS = 255;

  private final JdbcClient sql;
  private final Batches batches;

  Projects(JdbcClient sql, Batches batches) {
    this.sql = sql;
    this.batches = batches;
  }

  public Optional<Project> find(ProjectId id) {
    return sql.sql("SELECT * FROM project WHERE id = ? AND deleted_at IS NULL")
        .param(id.value())
        .query(Projects::read)
        .optional();
  }

  /** Those of the projects that there are. */
  Set<ProjectId> known(Collection<ProjectId> ids) {
    return Set.copyOf(
        sql.sql("SELECT id FROM project WHERE id IN (:ids) AND deleted_at IS NULL")
            .param("ids", Batches.padded(ids.stream().map(ProjectId::value).toList()))
            .query((rs, n) -> new ProjectId(rs.getString(1)))
            .list());
  }

  /** Projects in order of id, after one. */
  public List<Project> after(String id, int limit) {
    return sql.sql("SELECT * FROM project WHERE id > ? AND deleted_at IS NULL ORDER BY id LIMIT ?")
        .params(id, limit)
        .query(Projects::read)
        .list();
  }

  /** Each of these projects with all that are above it now. */
  Map<ProjectId, ProjectPath> paths(Collection<ProjectId> ids) {
    Map<ProjectId, List<ProjectId>> nodes = new HashMap<>();
    if (!ids.isEmpty()) {
      sql.sql(
              "SELECT project_id, ancestor_id FROM project_ancestor WHERE project_id IN (:ids)"
                  + " ORDER BY project_id, distance DESC")
          .param("ids", ids.stream().map(ProjectId::value).toList())
          .query(
              rs -> {
                nodes
                    .computeIfAbsent(new ProjectId(rs.getString(1)), id -> new ArrayList<>())
                    .add(new ProjectId(rs.getString(2)));
              });
    }
    return nodes.entrySet().stream()
        .collect(
            Collectors.toMap(Map.Entry::getKey, project -> new ProjectPath(project.getValue())));
  }

  /** Takes the tree for this transaction, and answers with its next version. */
  long lockTree() {
    sql.sql("UPDATE project_tree SET version = version + 1 WHERE id = 1").update();
    return sql.sql("SELECT version FROM project_tree WHERE id = 1").query(Long.class).single();
  }

  /** All projects, and where they stand. */
  ProjectTree tree() {
    return ProjectTree.of(
        sql.sql("SELECT * FROM project WHERE deleted_at IS NULL").query(Projects::read).list());
  }

  /** Whether a project is another one or stands below it. */
  public boolean isWithin(ProjectId project, ProjectId above) {
    return sql.sql("SELECT 1 FROM project_ancestor WHERE project_id = ? AND ancestor_id = ?")
        .params(project.value(), above.value())
        .query(Integer.class)
        .optional()
        .isPresent();
  }

  /** The part of a project's path that is not above another of its nodes. */
  public List<ProjectId> path(ProjectId leaf, ProjectId top) {
    return sql.sql(
            "SELECT step.ancestor_id FROM project_ancestor step"
                + " JOIN project_ancestor seen ON seen.project_id = step.ancestor_id"
                + " WHERE step.project_id = ? AND seen.ancestor_id = ? ORDER BY step.distance")
        .params(leaf.value(), top.value())
        .query((rs, n) -> new ProjectId(rs.getString(1)))
        .list();
  }

  /** A project and all below it, in order of id, after one. */
  public List<Project> within(ProjectId above, String id, int limit) {
    return sql.sql(
            "SELECT project.* FROM project"
                + " JOIN project_ancestor step ON step.project_id = project.id"
                + " WHERE step.ancestor_id = ? AND project.id > ? ORDER BY project.id LIMIT ?")
        .params(above.value(), id, limit)
        .query(Projects::read)
        .list();
  }

  /**
   * Locks projects, in order of id, and makes whoever judged by their limits as they were judge
   * again.
   */
  void raiseLineage(SortedSet<ProjectId> disturbed, long version) {
    batches.update(
        "UPDATE project SET lineage = ? WHERE id = ?",
        disturbed.stream().map(id -> new Object[] {version, id.value()}).toList());
  }

  /**
   * Locks projects for this transaction, in order of id, where their paths are still those of that
   * lineage. An update and not SELECT FOR UPDATE, which in PostgreSQL would wait for every
   * transaction that added a row about the project, and they for it.
   *
   * @return those whose path is another now, which are not locked
   */
  List<ProjectId> lockUnlessChanged(SortedMap<ProjectId, Long> lineages) {
    List<Object[]> rows = new ArrayList<>();
    lineages.forEach((id, lineage) -> rows.add(new Object[] {id.value(), lineage}));
    int[] locked =
        batches.update("UPDATE project SET lineage = lineage WHERE id = ? AND lineage = ?", rows);
    List<ProjectId> ids = List.copyOf(lineages.keySet());
    return IntStream.range(0, locked.length)
        .filter(i -> locked[i] == 0)
        .mapToObj(ids::get)
        .toList();
  }

  /** Makes a project, or one that was deleted again. Its steps are written by {@link #rewire}. */
  void add(Project project, long version, Instant now) {
    Object parent = Columns.orNull(project.parent().map(ProjectId::value));
    String name = Columns.bounded(project.name(), MAX_NAME_CHARS);
    int revived =
        sql.sql(
                "UPDATE project SET name = ?, parent_id = ?, lineage = ?, deleted_at = NULL"
                    + " WHERE id = ?")
            .param(name)
            .param(parent)
            .param(version)
            .param(project.id().value())
            .update();
    if (revived == 0) {
      sql.sql(
              "INSERT INTO project (id, name, parent_id, lineage, created_at)"
                  + " VALUES (?, ?, ?, ?, ?)")
          .param(project.id().value())
          .param(name)
          .param(parent)
          .param(version)
          .param(Columns.time(now))
          .update();
    }
  }

  void rename(ProjectId id, String name) {
    sql.sql("UPDATE project SET name = ? WHERE id = ?")
        .params(Columns.bounded(name, MAX_NAME_CHARS), id.value())
        .update();
  }

  void move(ProjectId id, Optional<ProjectId> parent) {
    sql.sql("UPDATE project SET parent_id = ? WHERE id = ?")
        .param(Columns.orNull(parent.map(ProjectId::value)))
        .param(id.value())
        .update();
  }

  /** Writes anew which ancestors projects have. */
  void rewire(SortedSet<ProjectId> projects, ProjectTree tree) {
    List<Object[]> old = new ArrayList<>();
    List<Object[]> steps = new ArrayList<>();
    for (ProjectId project : projects) {
      old.add(new Object[] {project.value()});
      List<ProjectId> path = tree.path(project);
      for (int distance = 0; distance < path.size(); distance++) {
        steps.add(new Object[] {project.value(), path.get(distance).value(), distance});
      }
    }
    batches.update("DELETE FROM project_ancestor WHERE project_id = ?", old);
    batches.insert(
        "INSERT INTO project_ancestor (project_id, ancestor_id, distance) VALUES (?, ?, ?)", steps);
  }

  /** Takes a project out of the tree. Its row stays, since old claims name it. */
  void delete(ProjectId id, Instant now) {
    sql.sql("DELETE FROM project_ancestor WHERE project_id = ?").param(id.value()).update();
    sql.sql("UPDATE project SET parent_id = NULL, deleted_at = ? WHERE id = ?")
        .params(Columns.time(now), id.value())
        .update();
  }

  private static Project read(ResultSet rs, int number) throws SQLException {
    Columns row = new Columns(rs);
    return new Project(
        new ProjectId(row.text("id")), row.text("name"), row.text("parent_id", ProjectId::new));
  }
}
