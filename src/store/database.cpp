// Which kind of database it is, and where its statements rest between two uses.
#include "store/database.h"

#include <cassert>
#include <cstring>
#include <utility>

#include "store/postgres/postgres_connection.h"
#include "store/sqlite/sqlite_connection.h"

namespace homeroom::store {

// --- Statement -----------------------------------------------------------------------------------

Statement::Statement(std::unique_ptr<Prepared> prepared, std::unique_ptr<Prepared>* home)
    : prepared_(std::move(prepared)), home_(home) {}

Statement::~Statement() {
    if (prepared_ && prepared_->clear() && !*home_) *home_ = std::move(prepared_);
}

Statement& Statement::bind(int parameter, std::string_view text) {
    prepared_->bind(parameter, text);
    return *this;
}

Statement& Statement::bind(int parameter, std::int64_t number) {
    prepared_->bind(parameter, number);
    return *this;
}

Statement& Statement::bind_null(int parameter) {
    prepared_->bind_null(parameter);
    return *this;
}

Result<bool> Statement::step() {
    return prepared_->step();
}

Status Statement::run() {
    return prepared_->run();
}

std::string_view Statement::text(int column) const {
    return prepared_->text(column);
}

std::int64_t Statement::number(int column) const {
    return prepared_->number(column);
}

bool Statement::is_null(int column) const {
    return prepared_->is_null(column);
}

// --- Database ------------------------------------------------------------------------------------

Database::Database(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}
Database::~Database() = default;
Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;

Result<Database> Database::open(const DatabaseOptions& options) {
    TRY(auto connection, options.postgres.empty() ? open_sqlite(options) : open_postgres(options));
    return Database(std::move(connection));
}

Kind Database::kind() const {
    return connection_->kind();
}

Status Database::execute(const char* sql) {
    return connection_->execute(sql);
}

Statement Database::statement(const char* sql) {
    std::unique_ptr<Prepared>& home = prepared_[sql];
    if (!home) return Statement(connection_->prepare(sql), &home);
    assert(std::strcmp(home->source(), sql) == 0 && "not a literal");
    return Statement(std::move(home), &home);
}

std::int64_t Database::changes() {
    return connection_->changes();
}

std::int64_t Database::total_changes() {
    return connection_->total_changes();
}

bool Database::in_transaction() const {
    return connection_->in_transaction();
}

Status Database::begin(Purpose purpose) {
    return connection_->begin(purpose);
}

Status Database::commit() {
    return connection_->commit();
}

Status Database::rollback() {
    return connection_->rollback();
}

bool Database::commit_is_unknown() const {
    return connection_->commit_is_unknown();
}

Result<bool> Database::settle_commit() {
    return connection_->settle_commit();
}

Status Database::save() {
    return connection_->save();
}

Status Database::keep() {
    return connection_->keep();
}

Status Database::undo() {
    return connection_->undo();
}

Result<std::int64_t> Database::last_number(const char* table) {
    return connection_->last_number(table);
}

Result<std::int64_t> Database::next_number(const char* table) {
    return connection_->next_number(table);
}

Status Database::check(Check check) {
    return connection_->check(check);
}

Status Database::checkpoint_when_due() {
    return connection_->checkpoint_when_due();
}

void Database::clean_log_soon() {
    connection_->clean_log_soon();
}

}  // namespace homeroom::store
