using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace Peercast.Repository.Tests;

/// <summary>
/// What an assembly shows to others, a line a member, in ordinal order, so that a change of it reads well in a diff.
/// Members that the compiler adds to every record are left out.
/// </summary>
internal static class PublicApiText
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    private static readonly NullabilityInfoContext Nullability = new();

    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(short)] = "short",
        [typeof(ushort)] = "ushort",
        [typeof(int)] = "int",
        [typeof(uint)] = "uint",
        [typeof(long)] = "long",
        [typeof(ulong)] = "ulong",
        [typeof(double)] = "double",
        [typeof(string)] = "string",
        [typeof(object)] = "object",
    };

    public static string Of(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (Type type in assembly.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            text.Append(HeadOf(type)).Append('\n');
            foreach (string member in MembersOf(type).Order(StringComparer.Ordinal))
            {
                text.Append("    ").Append(member).Append('\n');
            }

            text.Append('\n');
        }

        return text.ToString();
    }

    private static string HeadOf(Type type)
    {
        string name = $"{type.Namespace}.{TypeName(type)}";
        if (type.IsEnum)
        {
            return $"enum {name} : {TypeName(Enum.GetUnderlyingType(type))}";
        }

        if (typeof(Delegate).IsAssignableFrom(type))
        {
            return $"delegate {Signature(type.GetMethod("Invoke")!, name)}";
        }

        string kind = type switch
        {
            { IsInterface: true } => "interface",
            { IsValueType: true } => type.IsDefined(typeof(IsReadOnlyAttribute)) ? "readonly struct" : "struct",
            { IsAbstract: true, IsSealed: true } => "static class",
            { IsAbstract: true } => "abstract class",
            { IsSealed: true } => "sealed class",
            _ => "class",
        };
        IEnumerable<string> bases = type.GetInterfaces().Select(TypeName).Order(StringComparer.Ordinal);
        if (type is { IsClass: true, BaseType: { } parent } && parent != typeof(object))
        {
            bases = bases.Prepend(TypeName(parent));
        }

        string list = string.Join(", ", bases);
        return list.Length == 0 ? $"{kind} {name}" : $"{kind} {name} : {list}";
    }

    private static IEnumerable<string> MembersOf(Type type)
    {
        if (type.IsEnum)
        {
            return Enum.GetNames(type).Select(name =>
                $"{name} = {Convert.ToInt64(Enum.Parse(type, name), CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture)}");
        }

        if (typeof(Delegate).IsAssignableFrom(type))
        {
            return [];
        }

        IEnumerable<string> constructors = type.GetConstructors(Declared).Where(IsVisible).Where(IsWritten)
            .Select(constructor => $"{type.Name.Split('`')[0]}({Parameters(constructor)})");
        IEnumerable<string> methods = type.GetMethods(Declared)
            .Where(method => IsVisible(method) && IsWritten(method) && !IsAccessor(method) && method.GetBaseDefinition().DeclaringType != typeof(object))
            .Select(method => Modifiers(method) + Signature(method, method.Name));
        IEnumerable<string> fields = type.GetFields(Declared).Where(field => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly)
            .Select(field => $"{(field.IsLiteral ? "const " : field.IsStatic ? "static " : "")}{(field.IsInitOnly ? "readonly " : "")}{TypeName(field.FieldType)}{Mark(Nullability.Create(field))} {field.Name}"
                + (field.IsLiteral ? $" = {Convert.ToString(field.GetRawConstantValue(), CultureInfo.InvariantCulture)}" : ""));
        IEnumerable<string> events = type.GetEvents(Declared).Where(one => IsVisible(one.AddMethod!))
            .Select(one => $"{Modifiers(one.AddMethod!)}event {TypeName(one.EventHandlerType!)} {one.Name}");
        return constructors.Concat(methods).Concat(fields).Concat(events).Concat(type.GetProperties(Declared).Select(PropertyOf).OfType<string>());
    }

    private static string? PropertyOf(PropertyInfo property)
    {
        MethodInfo[] accessors = [.. property.GetAccessors(nonPublic: true).Where(IsVisible)];
        if (accessors.Length == 0 || property.Name == "EqualityContract")
        {
            return null;
        }

        bool isInit = property.SetMethod?.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) == true;
        string body = string.Concat(accessors.Select(accessor => accessor == property.GetMethod ? "get; " : isInit ? "init; " : "set; ").Order(StringComparer.Ordinal));
        string index = property.GetIndexParameters() is { Length: > 0 } indexes ? $"[{string.Join(", ", indexes.Select(Parameter))}]" : "";
        string required = property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "";
        return $"{Modifiers(accessors[0])}{required}{TypeName(property.PropertyType)}{Mark(Nullability.Create(property))} {property.Name}{index} {{ {body}}}";
    }

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static bool IsWritten(MethodBase method) => !method.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false);

    private static bool IsAccessor(MethodInfo method) => method.IsSpecialName && !method.Name.StartsWith("op_", StringComparison.Ordinal);

    private static string Modifiers(MethodInfo method) =>
        (method.IsPublic ? "" : "protected ")
        + (method.IsStatic ? "static " : "")
        + (method.DeclaringType!.IsInterface || !method.IsVirtual || method.IsFinal ? ""
            : method.GetBaseDefinition() != method ? "override "
            : method.IsAbstract ? "abstract " : "virtual ");

    private static string Signature(MethodInfo method, string name)
    {
        string generic = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(TypeName))}>" : "";
        return $"{TypeName(method.ReturnType)}{Mark(Nullability.Create(method.ReturnParameter))} {name}{generic}({Parameters(method)})";
    }

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(Parameter));

    private static string Parameter(ParameterInfo parameter)
    {
        string way = parameter switch
        {
            { IsOut: true } => "out ",
            { IsIn: true, ParameterType.IsByRef: true } => "in ",
            { ParameterType.IsByRef: true } => "ref ",
            _ => "",
        };
        return $"{way}{TypeName(parameter.ParameterType)}{Mark(Nullability.Create(parameter))} {parameter.Name}{(parameter.HasDefaultValue ? " = " + Default(parameter) : "")}";
    }

    private static string Default(ParameterInfo parameter) => parameter.RawDefaultValue switch
    {
        null => parameter.ParameterType.IsValueType ? "default" : "null",
        string text => $"\"{text}\"",
        bool flag => flag ? "true" : "false",
        object value => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    /// <summary>The question mark of a reference that may be null; a value type's is part of its name.</summary>
    private static string Mark(NullabilityInfo info) =>
        !info.Type.IsValueType && (info.ReadState == NullabilityState.Nullable || info.WriteState == NullabilityState.Nullable) ? "?" : "";

    private static string TypeName(Type type)
    {
        if (Keywords.TryGetValue(type, out string? keyword))
        {
            return keyword;
        }

        if (type.IsByRef)
        {
            return TypeName(type.GetElementType()!);
        }

        if (type.IsArray)
        {
            return $"{TypeName(type.GetElementType()!)}[{new string(',', type.GetArrayRank() - 1)}]";
        }

        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return TypeName(underlying) + "?";
        }

        string name = type.IsNested && !type.IsGenericParameter ? $"{TypeName(type.DeclaringType!)}.{type.Name}" : type.Name;
        return type.IsGenericType && type.Name.Contains('`', StringComparison.Ordinal)
            ? $"{name[..name.LastIndexOf('`')]}<{string.Join(", ", type.GetGenericArguments().Select(TypeName))}>"
            : name;
    }
}
