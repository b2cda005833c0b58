using System.Text.Json;
using System.Text.Json.Serialization;
using Pogoline.FactoryData;
using Pogoline.Host.Bundles;

namespace Pogoline.Host.FactoryData;

/// <summary>
/// Which row of a table belongs to which device: <c>FILE.csv.used</c>, one JSON line for each change, only ever appended to and on the disk before a row
/// is given out. A device has one row for ever, and a row one device, whatever happens in between and however many processes take rows at once
/// (<c>FILE.csv.lock</c> is held meanwhile).
/// </summary>
/// <param name="table">The table.</param>
/// <param name="time">The clock.</param>
public sealed class FactoryLedger(FactoryTable table, TimeProvider time)
{
    const long MaximumLength = 256L << 20;

    static readonly TimeSpan LockPoll = TimeSpan.FromMilliseconds(20);
    static readonly TimeSpan LockDeadline = TimeSpan.FromSeconds(30);

    readonly string _path = table.Path + ".used";

    /// <summary>The row of a device: the one that it has, else the first that nobody has. It is the device's own when this returns.</summary>
    /// <exception cref="PogolineException"><see cref="FactoryFaults.Exhausted"/>, <see cref="FactoryFaults.Ledger"/>, <see cref="FactoryFaults.LedgerAccess"/>.</exception>
    public async ValueTask<FactoryRow> ReserveAsync(string deviceId, CancellationToken stop)
    {
        using var held = await LockAsync(stop).ConfigureAwait(false);
        using var file = Open();
        var (owners, end) = Read(file);
        if (owners.RowOf.TryGetValue(deviceId, out var own))
        {
            return table.Rows.FirstOrDefault(r => r.Fingerprint == own) ?? throw Damaged($"the device {deviceId} has a row that is not in {table.Path} any more");
        }
        var row = table.Rows.FirstOrDefault(r => !owners.DeviceOf.ContainsKey(r.Fingerprint)) ?? throw new PogolineException(
            FactoryFaults.Exhausted, $"All {table.Rows.Count} rows of {table.Path} are used.", "Append new rows to the table, or give another one.");
        Append(file, end, new(row.Fingerprint, deviceId, FactoryState.Reserved, time.GetUtcNow()));
        return row;
    }

    /// <summary>Notes that the device holds the values of its row.</summary>
    /// <exception cref="PogolineException"><see cref="FactoryFaults.Ledger"/>, <see cref="FactoryFaults.LedgerAccess"/>.</exception>
    public async ValueTask ConfirmAsync(FactoryRow row, string deviceId, CancellationToken stop)
    {
        using var held = await LockAsync(stop).ConfigureAwait(false);
        using var file = Open();
        var (owners, end) = Read(file);
        if (owners.DeviceOf.GetValueOrDefault(row.Fingerprint) != deviceId) throw Damaged($"row {row.Number} is not that of the device {deviceId}");
        Append(file, end, new(row.Fingerprint, deviceId, FactoryState.Confirmed, time.GetUtcNow()));
    }

    /// <summary>Who has which row, and where the last whole line ends. What follows was cut off before anybody could rely on it.</summary>
    (Owners Owners, long End) Read(FileStream file)
    {
        if (file.Length > MaximumLength) throw Damaged("it is larger than any record of rows");
        var bytes = new byte[file.Length];
        file.Position = 0;
        file.ReadExactly(bytes);
        var owners = new Owners([], []);
        var (start, number) = (0, 0);
        for (int length; (length = bytes.AsSpan(start).IndexOf((byte)'\n')) >= 0; start += length + 1)
        {
            number++;
            var entry = Parse(bytes.AsSpan(start, length)) ?? throw Damaged($"line {number} cannot be read");
            var fits = entry.State == FactoryState.Reserved
                ? owners.DeviceOf.TryAdd(entry.Row, entry.Device) && owners.RowOf.TryAdd(entry.Device, entry.Row)
                : owners.DeviceOf.GetValueOrDefault(entry.Row) == entry.Device;
            if (!fits) throw Damaged($"line {number} contradicts those before it");
        }
        return (owners, start);
    }

    sealed record Owners(Dictionary<string, string> DeviceOf, Dictionary<string, string> RowOf);

    static LedgerLine? Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, LedgerJson.Default.LedgerLine) is { Row.Length: 64, Device.Length: > 0 } entry ? entry : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    void Append(FileStream file, long end, LedgerLine entry)
    {
        try
        {
            if (file.Length > end) file.SetLength(end);
            file.Position = end;
            file.Write([.. JsonSerializer.SerializeToUtf8Bytes(entry, LedgerJson.Default.LedgerLine), (byte)'\n']);
            file.Flush(flushToDisk: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw NoAccess(e);
        }
    }

    FileStream Open()
    {
        try
        {
            return PrivateFile.Open(_path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw NoAccess(e);
        }
    }

    async ValueTask<FileStream> LockAsync(CancellationToken stop)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            try
            {
                return PrivateFile.Open(table.Path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException e) when (e.GetType() == typeof(IOException) && time.GetElapsedTime(started) < LockDeadline)
            {
                await Task.Delay(LockPoll, time, stop).ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw NoAccess(e);
            }
        }
    }

    PogolineException Damaged(string why) => new(FactoryFaults.Ledger, $"{_path} does not fit: {why}.",
        "Bring back the table and the record that belong together; never edit the record, or rows are used twice.");

    PogolineException NoAccess(Exception e) => new(FactoryFaults.LedgerAccess, $"{_path} cannot be used: {e.Message}",
        "Put the table where this user may write beside it, on a disk with space, and end programs that hold it.", e);
}

[JsonConverter(typeof(JsonStringEnumConverter<FactoryState>))]
enum FactoryState
{
    [JsonStringEnumMemberName("reserved")] Reserved,
    [JsonStringEnumMemberName("confirmed")] Confirmed,
}

/// <summary>A line of the record.</summary>
/// <param name="Row">The fingerprint of the row.</param>
/// <param name="Device">The device ID.</param>
/// <param name="State">What happened.</param>
/// <param name="At">When.</param>
sealed record LedgerLine(string Row, string Device, FactoryState State, DateTimeOffset At);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(LedgerLine))]
sealed partial class LedgerJson : JsonSerializerContext;
